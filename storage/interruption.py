"""Breaking off what a connection is asked, from another thread."""

import sqlite3

import psycopg
from sqlalchemy import Connection


def interrupt(conn: Connection) -> None:
    """Let the statement that a connection runs fail with a DBAPIError; nothing happens when it runs none."""
    driver = conn.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.interrupt()
    elif isinstance(driver, psycopg.Connection):
        driver.cancel_safe(timeout=5)
