"""What a run proves: the checker that holds three independent sources against one another."""
