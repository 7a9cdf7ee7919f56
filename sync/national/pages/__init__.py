"""The pages a person sees at the national system's address."""
