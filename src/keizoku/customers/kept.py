"""What this room keeps of a customer, and how it goes (``kernel.keeping``)."""

from typing import Final

from keizoku.kernel.keeping import Kind, Start, Verb, Way

OF_CUSTOMERS: Final = "customer_id = ANY($1)"
# Whose relation has ended and of whom anything but the stub is left.
ENDED: Final = """
    SELECT c.id AS subject, c.id AS customer_id, NULL::bigint AS campaign_id, c.closed_on AS since
    FROM customers_customer c WHERE c.state <> 'active' AND c.closed_on IS NOT NULL
"""
_ANY_CASEWORK: Final = " OR ".join(
    f"EXISTS (SELECT FROM {table} r WHERE r.customer_id = c.id)"
    for table in ("customers_note", "customers_task")
)

KINDS: Final = (
    Kind(
        name="record",
        label="確認記録と記録の版",
        start=Start.RELATION_ENDED,
        due=f"{ENDED} AND c.destroyed_on IS NULL",
        least_months=84,
        # A return file that the core system never answered for still holds its customers' values.
        files="""
            SELECT v.customer_id, f.file FROM customers_returnrow v JOIN customers_returnfile f ON f.id = v.file_id
            WHERE v.customer_id = ANY(%s)
        """,
        ways=(
            Way("customers_recordversion", OF_CUSTOMERS),
            Way("customers_fact", OF_CUSTOMERS),
            Way("customers_lookup", OF_CUSTOMERS),
            Way("customers_nametoken", OF_CUSTOMERS),
            Way("customers_attributevalue", OF_CUSTOMERS),
            Way("customers_duplicate", "first_id = ANY($1) OR second_id = ANY($1)"),
            Way("customers_contactpoint", OF_CUSTOMERS),
            Way("customers_importconflict", OF_CUSTOMERS),
            Way("customers_returnrow", OF_CUSTOMERS),
            # The stub: entries of the audit, counters and certificates still refer to somebody.
            Way(
                "customers_customer",
                "id = ANY($1)",
                Verb.UPDATE,
                "number_token = uuid_send(gen_random_uuid()), "
                "destroyed_on = (keizoku_business_now() AT TIME ZONE 'Asia/Tokyo')::date",
            ),
        ),
    ),
    Kind(
        name="relation",
        label="関係者（代表者・実質的支配者・世帯）",
        start=Start.RELATION_ENDED,
        due=f"{ENDED} AND EXISTS (SELECT FROM customers_relation r WHERE r.customer_id = c.id)",
        least_months=84,
        ways=(
            Way(
                "customers_relationfact",
                "relation_id IN (SELECT id FROM customers_relation WHERE customer_id = ANY($1))",
            ),
            Way("customers_relation", OF_CUSTOMERS),
        ),
    ),
    Kind(
        name="consent",
        label="同意とその撤回",
        start=Start.RELATION_ENDED,
        due=f"{ENDED} AND EXISTS (SELECT FROM customers_consent r WHERE r.customer_id = c.id)",
        ways=(Way("customers_consent", OF_CUSTOMERS),),
    ),
    Kind(
        name="note",
        label="対応の記録と用件",
        start=Start.RELATION_ENDED,
        due=f"{ENDED} AND ({_ANY_CASEWORK})",
        ways=(Way("customers_note", OF_CUSTOMERS), Way("customers_task", OF_CUSTOMERS)),
    ),
    Kind(
        name="task",
        label="お客さまのない、終わった用件",
        start=Start.SETTLED,
        due="""
            SELECT t.id AS subject, NULL::bigint AS customer_id, NULL::bigint AS campaign_id,
                   (t.state_since AT TIME ZONE 'Asia/Tokyo')::date AS since
            FROM customers_task t WHERE t.customer_id IS NULL AND t.state <> 'open'
        """,
        ways=(Way("customers_task", "id = ANY($1)"),),
    ),
    Kind(
        name="return_file",
        label="勘定系への返却ファイル",
        start=Start.SETTLED,
        due="""
            SELECT f.id AS subject, NULL::bigint AS customer_id, NULL::bigint AS campaign_id,
                   (COALESCE(f.acknowledged_at, f.produced_at) AT TIME ZONE 'Asia/Tokyo')::date AS since
            FROM customers_returnfile f
            WHERE NOT EXISTS (SELECT FROM customers_returnrow v WHERE v.file_id = f.id)
        """,
        files="SELECT id, file FROM customers_returnfile WHERE id = ANY(%s)",
        ways=(
            Way("customers_returnreissue", "file_id = ANY($1)"),
            Way("customers_returnfile", "id = ANY($1)"),
        ),
    ),
    Kind(
        name="import_upload",
        label="取り込みのファイルと、その受付の記録",
        start=Start.SETTLED,
        due="""
            SELECT u.id AS subject, NULL::bigint AS customer_id, NULL::bigint AS campaign_id,
                   (u.changed_at AT TIME ZONE 'Asia/Tokyo')::date AS since
            FROM customers_importupload u WHERE u.state IN ('done', 'failed', 'discarded')
        """,
        files="SELECT id, file FROM customers_importupload WHERE id = ANY(%s)",
        ways=(Way("customers_importupload", "id = ANY($1)"),),
    ),
    Kind(
        name="import_rejection",
        label="取り込めなかった行の一覧",
        start=Start.SETTLED,
        due="""
            SELECT r.id AS subject, NULL::bigint AS customer_id, NULL::bigint AS campaign_id,
                   (r.finished_at AT TIME ZONE 'Asia/Tokyo')::date AS since
            FROM customers_importrun r
            WHERE r.finished_at IS NOT NULL
              AND EXISTS (SELECT FROM customers_importrejection j WHERE j.run_id = r.id)
        """,
        ways=(Way("customers_importrejection", "run_id = ANY($1)"),),
    ),
    Kind(
        name="relation_rejection",
        label="取り込めなかった関係者の行の一覧",
        start=Start.SETTLED,
        due="""
            SELECT r.id AS subject, NULL::bigint AS customer_id, NULL::bigint AS campaign_id,
                   (r.finished_at AT TIME ZONE 'Asia/Tokyo')::date AS since
            FROM customers_relationimport r
            WHERE EXISTS (SELECT FROM customers_relationrejection j WHERE j.run_id = r.id)
        """,
        ways=(Way("customers_relationrejection", "run_id = ANY($1)"),),
    ),
)

# Table → why it needs no period.
EXEMPT: Final = {
    "customers_customer": "何も示さない番号と区分だけが残り、証跡と証明書がそれを指す",
    "customers_contactstop": "番号と理由の符号だけ。廃棄のあとも連絡しないために残す",
    "customers_stopdoubt": "番号と理由の符号だけ。だれが連絡の停止を誤りと確かめたかの根拠として残す",
    "customers_channelstop": "番号と連絡手段だけ。廃棄のあとも連絡しないために残す",
    "customers_relationimport": "件数と要約値だけで、だれのことも示さない",
    "customers_ending": "いつ取引が終わったかの日付と符号だけ。廃棄の根拠として残す",
    "customers_lineevent": "通信事業者の番号と時刻だけ。中身は対応と同時に消える",
    "customers_linelink": "いつ連携していたかの日付と符号だけ。LINEの利用者の番号は、解除や取引の終わりと同時に消える",
    "customers_importrun": "件数と要約値だけで、だれのことも示さない",
    "customers_columnmapping": "銀行の列名だけで、だれのことも示さない",
    "customers_duplicatesearch": "件数と時刻だけで、だれのことも示さない",
    "customers_attributeversion": "項目の決まりだけで、だれのことも示さない",
}
