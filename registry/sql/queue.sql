-- What is known of the queue of jobs and uploads, in the tables of its library (procrastinate).

-- name: state
-- Serves: work_queue.of_now. What comes round by itself (upkeep) is nobody's work; a worker that has been silent for half a minute is dead.
SELECT
    count(*) FILTER (WHERE j.status = 'todo') AS waiting,
    count(*) FILTER (WHERE j.status = 'doing') AS running,
    count(*) FILTER (WHERE j.status = 'failed') AS failed,
    coalesce(extract(epoch FROM clock_timestamp() - min(e.at) FILTER (WHERE j.status = 'todo')), 0) AS oldest_seconds,
    (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > clock_timestamp() - interval '30 seconds') AS workers
FROM procrastinate_jobs AS j
LEFT JOIN (SELECT job_id, min(at) AS at FROM procrastinate_events WHERE type = 'deferred' GROUP BY job_id) AS e ON e.job_id = j.id
WHERE j.queue_name IN ('job', 'upload');
