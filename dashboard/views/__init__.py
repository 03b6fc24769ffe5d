"""The pages: each asks for filters, calls one query and shows the answer. Streamlit runs them as scripts."""
