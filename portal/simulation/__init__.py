"""Simulated people using the portal: demand, citizens, officials, and the writer that fills a province with them."""
