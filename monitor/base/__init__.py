"""What every room stands on: the words of the trade, errors, where things lie, what is written down, sentences put together."""
