-- Issues of bulletins are sent as well; nothing but the delivery itself is kept of them.
-- depends: notify-0003-persons

-- Of what is no change of an alert: what is sent, in JSON. Of the test message it is made when it is sent.
ALTER TABLE deliveries ADD COLUMN message bytea CHECK (message IS NULL OR change IS NULL);
