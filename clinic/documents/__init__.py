"""Text that people wrote, made into documents, and tables that they send and take away."""
