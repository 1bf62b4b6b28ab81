"""What people do: one use case a function, all change through `Work`."""
