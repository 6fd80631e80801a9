"""A linear model over hashed character n-grams: features, training, and its file."""
