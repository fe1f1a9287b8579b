-- The event log in DuckDB (1.2 or later), with typed columns: for questions that `mugaika stats` does not answer. Books that must add
-- up are kept by `mugaika stats --verify`; nothing here follows a mail that came again, or recipients who were served later.
--
--   duckdb -init samples/duckdb/events.sql
--   D SELECT * FROM mugaika_days('/var/log/mugaika/events.jsonl*');
--
-- LOGS is a path with * in it, or a list of paths; .gz and .zst are read as they are. Lines that are no event are passed over
-- without a word: `mugaika stats` says how many there are.

-- Every event, one row each. What has no column here: add it; names and kinds are those of `mugaika log events`.
CREATE OR REPLACE MACRO mugaika_events(logs) AS TABLE
SELECT * FROM read_json(logs, format = 'newline_delimited', ignore_errors = true, maximum_object_size = 16777216, columns = {
    time: 'TIMESTAMPTZ', event: 'VARCHAR', host: 'VARCHAR', id: 'VARCHAR', session: 'VARCHAR', route: 'VARCHAR',
    message_id: 'VARCHAR', kind: 'VARCHAR', client: 'VARCHAR', "from": 'VARCHAR', "to": 'VARCHAR[]', recipient: 'VARCHAR',
    bytes: 'UBIGINT', verdict: 'VARCHAR', reason: 'VARCHAR', code: 'INTEGER', enhanced: 'VARCHAR', answer: 'VARCHAR',
    stage: 'VARCHAR', failure: 'VARCHAR', why: 'VARCHAR', person: 'VARCHAR', "order": 'VARCHAR',
    engine: 'VARCHAR', "end": 'VARCHAR', took_us: 'BIGINT',
    worker_us: 'BIGINT', compose_us: 'BIGINT', deliver_us: 'BIGINT', total_us: 'BIGINT',
    "in": 'STRUCT(bytes UBIGINT, sha256 VARCHAR)',
    parts: 'JSON'});

-- The parts of every mail that was inspected, one row each.
CREATE OR REPLACE MACRO mugaika_parts(logs) AS TABLE
SELECT time, id, route, part.* FROM (
    SELECT time, id, route, unnest(from_json(parts, '[{"path": "VARCHAR", "kind": "VARCHAR", "detected": "VARCHAR",
        "bytes": "UBIGINT", "action": "VARCHAR", "method": "VARCHAR", "reason": "VARCHAR", "handler": "VARCHAR"}]')) AS part
    FROM mugaika_events(logs) WHERE event = 'message.sanitized');

-- What was delivered in answer to a sender, and refused, by day and verdict.
CREATE OR REPLACE MACRO mugaika_days(logs) AS TABLE
SELECT CAST(time AS DATE) AS day, CASE event WHEN 'message.refused' THEN 'refused' ELSE verdict END AS verdict,
       count(*) AS mails, quantile_cont(total_us, [0.5, 0.9, 0.99]) AS p50_p90_p99_us
FROM mugaika_events(logs)
WHERE event IN ('message.delivered', 'message.refused') AND session IS NOT NULL
GROUP BY ALL ORDER BY ALL;
