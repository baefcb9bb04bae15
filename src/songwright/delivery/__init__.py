"""Webhooks: guarded addresses, signatures, attempts as rows, back-off.

guard.py  which addresses may be called      sign.py  Standard Webhooks headers
send.py   one attempt over HTTP              schedule.py  when the next one is due
"""
