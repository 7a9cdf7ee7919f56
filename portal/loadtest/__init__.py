"""The load test's stage: servers, programs and applications of its own for `sync.loadtest` to judge."""
