"""What every page shares: the gate, the session, a request's work, form fields, errors, headers."""
