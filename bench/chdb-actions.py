"""python bench/peers.py FOLDER KEY: has chdb, ClickHouse in a process, count a key's calls by action over the gz files."""
import sys

import chdb

folder, key = sys.argv[1:3]
# Lines without the key are not taken apart: without that it takes ten times as long where many files have none.
print(
    chdb.query(
        f"""
        SELECT JSONExtractString(record, 'eventSource') AS source, JSONExtractString(record, 'eventName') AS name, count()
        FROM (
            SELECT arrayJoin(JSONExtractArrayRaw(line, 'Records')) AS record
            FROM file('{folder}/AWSLogs/*/CloudTrail/**/*.json.gz', 'LineAsString', 'line String')
            WHERE position(line, '{key}') > 0
        )
        WHERE position(record, '{key}') > 0 AND JSONExtractString(record, 'userIdentity', 'accessKeyId') = '{key}'
        GROUP BY source, name ORDER BY source, name
        """,
        "JSONCompactEachRow",
    ),
    end="",
)
