This is no configuration, and hidden.
