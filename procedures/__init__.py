"""The domain: administrative procedures and applications (thủ tục hành chính, hồ sơ)."""
