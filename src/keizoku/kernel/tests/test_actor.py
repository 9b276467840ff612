from keizoku.kernel.actor import Actor


def test_actor_is_kept_by_kind_and_id():
    assert [str(one) for one in (Actor.staff(3), Actor.customer(12), Actor.system("delivery"))] == [
        "staff:3",
        "customer:12",
        "system:delivery",
    ]
