from service.jobs.seldom import EVERY, Seldom


def test_what_stays_wrong_is_told_at_once_then_once_a_minute_and_once_when_over() -> None:
    now = [0.0]
    fault = Seldom(lambda: now[0])
    assert not fault.is_over()
    told = []
    for second in range(150):
        now[0] = float(second)
        if fault.is_due():
            told.append(second)
    assert told == [0, EVERY, 2 * EVERY]
    assert (fault.is_over(), fault.is_over()) == (True, False)
    assert fault.is_due()
