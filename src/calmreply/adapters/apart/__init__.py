"""Reading what strangers wrote, in processes of their own."""
