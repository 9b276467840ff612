"""The kernel's own periodic job: give stalled tasks back to the queue.

procrastinate leaves a task of a killed worker in ``doing`` until somebody asks (reference: measured, 30 s after the kill).
"""

from procrastinate.contrib.django import app

from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

STALLED_AFTER_S = 30


@app.periodic(cron="* * * * *")
@app.task(
    name="kernel.retry_stalled", queue="default", queueing_lock="kernel.retry_stalled", pass_context=False
)
async def retry_stalled(timestamp: int) -> None:  # noqa: ARG001 - passed by the library
    """Every minute: retry what a dead worker left behind."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S):
        await app.job_manager.retry_job(job)
        log.warning("task.retried_after_stall", job_id=job.id, task=job.task_name)
