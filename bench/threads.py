"""The script that Python people write: requests in a thread pool. No ledger, no second look, no safety."""

import csv
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import requests

file, url, senders = sys.argv[1], sys.argv[2], int(sys.argv[3])
local = threading.local()


def place(row):
    if not hasattr(local, "session"):
        local.session = requests.Session()
    body = {
        "operationType": "switch_plan",
        "productId": 9,
        "productNo": row["sn"],
        "billingId": 3048918719332507648,
        "serviceList": [
            {
                "serviceType": "plan",
                "serviceId": 3048918719332507702,
                "purchaseType": "switch",
                "billingModel": "recurring",
                "billingCycle": "annually",
                "multiCycle": 1,
            }
        ],
    }
    answer = local.session.post(url, json=body, headers={"User-Agent": "OpenAPI"}, timeout=30)
    return answer.json()["code"] == "success"


with open(file, newline="", encoding="utf-8") as rows, ThreadPoolExecutor(senders) as pool:
    print(sum(pool.map(place, csv.DictReader(rows))))
