"""The facts: immutable Parquet batches, one manifest that commits them, the engine that runs SQL over them."""
