"""Thresholds, recall and percentiles from answers."""

OWN, TUNED, EQUAL = "own", "tuned", "equal"
FEW = 20 # strangers asked; among fewer, a threshold of equal false alarms says nothing


class Answer:
    __slots__ = ("right", "best", "seconds", "processor")

    def __init__(self, right, best, seconds, processor=0):
        self.right, self.best, self.seconds, self.processor = right, best, seconds, processor


def read(path):
    """number -> Answer"""
    found = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            number, *values = line.split("\t")
            found[int(number)] = Answer(*map(float, values))
    return found


def percentile(values, share):
    values = sorted(values)
    return values[min(int(share * len(values)), len(values) - 1)] if values else 0


def split(questions, answers):
    """The answers to questions with a right person, and to those without."""
    positives = [answers[q.number] for q in questions if q.right and q.number in answers]
    negatives = [answers[q.number] for q in questions if not q.right and q.number in answers]
    return positives, negatives


def found(answers, threshold):
    return sum(answer.right >= threshold for answer in answers)


def alarms(answers, threshold):
    return sum(answer.best >= threshold for answer in answers)


def best_threshold(questions, answers):
    """Where F1 is best, to a hundredth."""
    positives, negatives = split(questions, answers)

    def f1(threshold):
        right, wrong = found(positives, threshold), alarms(negatives, threshold)
        return 2 * right / (right + wrong + len(positives)) if positives else 0

    return max((f1(step / 100), step / 100) for step in range(30, 101))[1]


def equal_threshold(questions, answers, reference):
    """The lowest threshold at which no more strangers raise an alarm than `reference`, a number, do."""
    scores = sorted((answer.best for answer in split(questions, answers)[1]), reverse=True)
    return scores[reference] + 0.0001 if reference < len(scores) else 0.0
