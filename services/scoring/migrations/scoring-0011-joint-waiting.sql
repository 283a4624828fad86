-- What is owed together and cannot be judged, counted every second for the metric.
-- depends: scoring-0010-obligations-while-open

CREATE INDEX joint_obligations_waiting ON joint_obligations (organisation, scheme, quota, period)
    WHERE waiting_for <> '{}';
