"""What-ifs in Postgres, and what they read of Kafka."""
