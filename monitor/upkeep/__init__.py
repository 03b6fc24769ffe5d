"""Keeping a home safe and sound: rotation of sealing keys, backup and restore, the doctor's checks."""
