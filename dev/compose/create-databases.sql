-- Run once by the postgres image when its volume is empty: one database a service.
CREATE DATABASE submission;
CREATE DATABASE scoring;
CREATE DATABASE notify;
