"""The mock national monitoring system (hệ thống giám sát quốc gia): its own process, its own database, no Django."""
