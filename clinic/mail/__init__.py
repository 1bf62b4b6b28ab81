"""Letters as messages, and messages on their way: what leaves the service by mail."""
