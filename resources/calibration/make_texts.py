"""Writes calibration.txt and evaluation.txt, the texts a model is run on where the user names none.

    python resources/calibration/make_texts.py

Documents of several domains take turns, so that the first few thousand tokens hold some of each. Written for this project: what
stands in sources/ by hand, the rest put together below from a fixed seed. Of every source three passages in four go to the
calibration, the fourth to the evaluation, and the generated documents of the two share no names; so neither text holds the other's.
"""
import json
import pathlib
import random

HERE = pathlib.Path(__file__).resolve().parent
SEPARATOR = "<|endoftext|>"

NAMES = {
    "calibration": ["Amara", "Benedikt", "Chiara", "Dmitri", "Elif", "Farid", "Greta", "Hiroshi", "Imani", "Jonas", "Kavita", "Lucien", "Mei", "Nadia",
                    "Oskar", "Priya"],
    "evaluation": ["Quentin", "Rosa", "Samir", "Thandiwe", "Ulrike", "Viktor", "Wanda", "Xiulan", "Yusuf", "Zofia"],
}
TOWNS = {"calibration": ["Aldermoor", "Brackwater", "Castelrosso", "Dunsey", "Elmenau", "Fairhaven", "Grimsetter", "Halvorsund", "Ilkwood"],
         "evaluation": ["Kestrel Bay", "Lindfors", "Monteverna", "Northolm", "Oxmarket"]}
THINGS = {
    "calibration": [("sensor", "sensors", "voltage", 48), ("parcel", "parcels", "weight", 30), ("track", "tracks", "duration", 3600),
                    ("orchard", "orchards", "yield_kg", 900), ("invoice", "invoices", "amount", 5000), ("robot", "robots", "charge", 100),
                    ("recipe", "recipes", "calories", 1200), ("station", "stations", "height", 4000)],
    "evaluation": [("ticket", "tickets", "price", 250), ("vessel", "vessels", "draught", 18), ("lesson", "lessons", "minutes", 90)],
}


def passages(name, part):
    """Every fourth passage of a source is held out."""
    kept = (HERE / "sources" / (name + ".txt")).read_text(encoding="utf-8").strip().split("\n%%\n")
    return [text for i, text in enumerate(kept) if (i % 4 == 3) == (part == "evaluation")]


def filled(code, thing):
    one, many, field, limit = thing
    slots = {"one": one, "things": many, "Thing": one.capitalize(), "THING": one.upper(), "field": field, "Field": field.capitalize(),
             "limit": str(limit)}
    for slot, word in slots.items():
        code = code.replace("{" + slot + "}", word)
    return code


def linear(rng, who):
    x, a, b, c = rng.randint(-9, 12), rng.randint(2, 9), rng.randint(-20, 20), rng.randint(-9, 9)
    while c == a:
        c = rng.randint(-9, 9)
    right = a * x + b - c * x
    signed = lambda value: f"+ {value}" if value >= 0 else f"- {-value}"
    return (f"Solve {a}x {signed(b)} = {c}x {signed(right)}.\n\nSubtract {c}x from both sides: {a - c}x {signed(b)} = {right}. "
            f"{'Subtract' if b >= 0 else 'Add'} {abs(b)}: {a - c}x = {right - b}. Divide by {a - c}: x = {x}.\n"
            f"Check: {a} * ({x}) {signed(b)} = {a * x + b}, and {c} * ({x}) {signed(right)} = {c * x + right}. The two sides agree.")


def quadratic(rng, who):
    r, s = sorted(rng.sample(range(-8, 9), 2))
    b, c = -(r + s), r * s
    term = lambda value, name: f" {'+' if value >= 0 else '-'} {abs(value)}{name}"
    return (f"Let f(x) = x^2{term(b, 'x')}{term(c, '')}. Where is f zero, and what is its least value?\n\nWe look for two numbers whose sum is {r + s} "
            f"and whose product is {c}; they are {r} and {s}. Hence f(x) = (x - ({r}))(x - ({s})), which vanishes at x = {r} and x = {s}. "
            f"The parabola opens upward and is symmetric about the midpoint x = {(r + s) / 2:g}, where f takes the value {-(s - r) ** 2 / 4:g}. "
            f"As a check, the derivative f'(x) = 2x{term(b, '')} is zero exactly there.")


def interest(rng, who):
    odd = 0 if who is NAMES["calibration"] else 110  # else two accounts may turn out the same
    start, rate, years = rng.randint(4, 60) * 250 + odd, rng.choice([1.5, 2, 2.5, 3, 4, 5]), rng.randint(3, 8)
    lines, now = [], float(start)
    for year in range(1, years + 1):
        gain = now * rate / 100
        now += gain
        lines.append(f"| {year} | {gain:,.2f} | {now:,.2f} |")
    return (f"{rng.choice(who)} puts {start:,} into an account that pays {rate:g}% a year and never takes anything out.\n\n| year | interest | balance |\n"
            f"|---:|---:|---:|\n" + "\n".join(lines) + f"\n\nAfter {years} years the balance is {start:,} * (1 + {rate / 100:g})^{years} = {now:,.2f}. "
            f"Simple interest would have given {start * (1 + rate * years / 100):,.2f}; the difference of {now - start * (1 + rate * years / 100):,.2f} is interest on interest.")


def chance(rng, who):
    red, blue = rng.randint(3, 9), rng.randint(3, 9)
    total = red + blue
    both = red * (red - 1) / (total * (total - 1))
    mixed = 2 * red * blue / (total * (total - 1))
    return (f"A bag holds {red} red and {blue} blue marbles. {rng.choice(who)} draws two without looking and without putting the first one back. "
            f"How likely is it that both are red, and that there is one of each?\n\nThe first is red with probability {red}/{total}. If it was, {red - 1} of the "
            f"remaining {total - 1} are red, so P(both red) = {red}/{total} * {red - 1}/{total - 1} = {both:.4f}. One of each can happen in two orders, each with "
            f"probability {red * blue}/{total * (total - 1)}, so P(one of each) = {mixed:.4f}. What is left, {1 - both - mixed:.4f}, is the chance of two blue ones.")


def division(rng, who):
    a, b = rng.randint(300, 3000), rng.randint(40, 290)
    lines, x, y = [], a, b
    while y:
        lines.append(f"{x} = {x // y} * {y} + {x % y}")
        x, y = y, x % y
    return (f"The greatest common divisor of {a} and {b} by Euclid's algorithm:\n\n" + "\n".join(lines) +
            f"\n\nThe last remainder that is not zero is {x}, so gcd({a}, {b}) = {x} and lcm({a}, {b}) = {a} * {b} / {x} = {a * b // x}.")


PROOFS = [
    "Claim: the square root of 2 is irrational.\n\nProof. Suppose it were a fraction p/q in lowest terms. Then p^2 = 2 q^2, so p^2 is even, and therefore p is even, because "
    "the square of an odd number is odd. Write p = 2r. Then 4 r^2 = 2 q^2, that is q^2 = 2 r^2, and q is even as well. So p and q share the factor 2, which contradicts the "
    "assumption that the fraction was in lowest terms. Hence no such fraction exists. The same argument works for the square root of any prime.",
    "Claim: there are infinitely many primes.\n\nProof. Take any finite list of primes p_1, ..., p_k and form N = p_1 p_2 ... p_k + 1. Dividing N by any prime of the list leaves "
    "the remainder 1, so none of them divides N. But N > 1 has at least one prime divisor, and that prime is not in the list. No finite list is complete. Note that N itself need "
    "not be prime: 2 * 3 * 5 * 7 * 11 * 13 + 1 = 30031 = 59 * 509.",
    "Claim: 1 + 2 + ... + n = n(n + 1)/2.\n\nProof by induction. For n = 1 both sides are 1. Assume the formula for n and add n + 1: the left side becomes the sum up to n + 1, the "
    "right side n(n + 1)/2 + (n + 1) = (n + 1)(n/2 + 1) = (n + 1)(n + 2)/2, which is the formula for n + 1. A picture says it faster: two staircases of n steps fit together to a "
    "rectangle of n by n + 1.",
    "Let f: [a, b] -> R be continuous with f(a) < 0 < f(b). We show that f has a zero by halving. Put a_0 = a, b_0 = b, and let m be the midpoint of [a_k, b_k]. If f(m) <= 0 set "
    "a_{k+1} = m and b_{k+1} = b_k, otherwise a_{k+1} = a_k and b_{k+1} = m. The lengths (b - a)/2^k tend to zero, so both sequences converge to the same point c. By continuity "
    "f(c) = lim f(a_k) <= 0 and f(c) = lim f(b_k) >= 0, hence f(c) = 0. After 20 steps the zero is known to one millionth of the original interval.",
]


def mathematics(rng, part):
    kinds = rng.sample([linear, quadratic, interest, chance, division], 3)
    return "\n\n".join(f"Problem {i}. " + kind(rng, NAMES[part]) for i, kind in enumerate(kinds, 1))


def records(rng, part):
    one, many, field, limit = rng.choice(THINGS[part])
    rows = [{"id": rng.randint(1000, 9999), "name": f"{one}-{rng.choice('abcdefghk')}{rng.randint(1, 99):02}", field: round(rng.uniform(0, limit), 2),
             "owner": rng.choice(NAMES[part]), "place": rng.choice(TOWNS[part]), "active": rng.random() < 0.7,
             "tags": rng.sample(["new", "checked", "spare", "north", "rented", "fragile"], rng.randint(0, 2))} for _ in range(rng.randint(5, 8))]
    if rng.random() < 0.5:
        return f"GET /api/v2/{many}?limit={len(rows)}\n\n" + json.dumps({many: rows, "next": None, "total": len(rows)}, indent=2)
    head = f"id,name,{field},owner,place,active"
    lines = [f"{row['id']},{row['name']},{row[field]},{row['owner']},{row['place']},{str(row['active']).lower()}" for row in rows * 2]
    mean = sum(row[field] for row in rows) / len(rows)
    return f"# {many}.csv\n{head}\n" + "\n".join(lines) + f"\n\nThe mean {field} is {mean:.2f}; the largest, {max(row[field] for row in rows)}, belongs to " + \
        max(rows, key=lambda row: row[field])["owner"] + "."


def configuration(rng, part):
    one, many, field, limit = rng.choice(THINGS[part])
    town = rng.choice(TOWNS[part])
    return (f"# deployment of the {one} service, {town}\nservice:\n  name: {many}-{rng.choice(['blue', 'green'])}\n  version: {rng.randint(0, 4)}.{rng.randint(0, 20)}.{rng.randint(0, 9)}\n"
            f"  replicas: {rng.randint(1, 6)}\n  resources:\n    cpu: \"{rng.choice([250, 500, 1000])}m\"\n    memory: {rng.choice([128, 256, 512])}Mi\n  limits:\n    {field}:\n      warn: {limit * 0.8:g}\n"
            f"      fail: {limit}\nlogging:\n  level: {rng.choice(['info', 'debug', 'warning'])}\n  targets: [stdout, /var/log/{many}.log]\n---\n" + log(rng, one, field, limit))


def log(rng, one, field, limit):
    lines, seconds = [], rng.randint(0, 40_000)
    for _ in range(12):
        seconds += rng.randint(1, 400)
        stamp = f"2031-0{rng.randint(3, 3)}-14T{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z"
        value = rng.uniform(0, 1.2 * limit)
        level = "ERROR" if value > limit else "WARN " if value > 0.8 * limit else "INFO "
        said = {"ERROR": "above the limit, request refused", "WARN ": "close to the limit", "INFO ": "accepted"}[level]
        lines.append(f"{stamp} {level} [{one}-{rng.randint(1, 40)}] {field}={value:.1f} {said} (took {rng.randint(1, 90)} ms)")
    return "\n".join(lines)


def todo(rng, part):
    who, town = NAMES[part], rng.choice(TOWNS[part])
    jobs = ["book the hall", "ask three bakers for a price", "print the posters", "find somebody with a van", "check the sound system", "write to last year's helpers",
            "reserve the rain date", "order forty folding chairs", "collect the keys", "draw a plan of the stands", "tell the neighbours", "buy rope, tape and chalk"]
    lines = [f"- [{rng.choice('x ')}] {job} ({rng.choice(who)}, by {rng.randint(1, 28)} May)" for job in rng.sample(jobs, 8)]
    costs = [(name, rng.randint(4, 60) * 5) for name in rng.sample(["chairs", "posters", "music", "insurance", "lemonade", "flowers", "permits"], 4)]
    table = "\n".join(f"| {name} | {cost} |" for name, cost in costs)
    return (f"# Street fair in {town}\n\nNotes from the meeting. Present: {', '.join(rng.sample(who, 4))}.\n\n## To do\n\n" + "\n".join(lines) +
            f"\n\n## Money\n\n| what | cost |\n|---|---:|\n{table}\n| **together** | **{sum(cost for _, cost in costs)}** |\n\n"
            f"If it rains we move to the school. {rng.choice(who)} has the key; do *not* ring the caretaker before eight.")


OPENINGS = ["In the year the harbour froze, {a} came to {town} with one suitcase and a letter that was addressed to somebody else.",
            "{a} had promised never to go back to {town}, and for eleven years it had been an easy promise to keep.",
            "On market days you could hear {a} before you saw him: he sang the prices, and he sang them badly.",
            "The last house in {town} belonged to {a}, who repaired accordions and was afraid of birds.",
            "It was {a} who noticed that the river had begun to run the wrong way."]
MIDDLES = ["At first nobody paid attention. Then {b} mentioned it at supper, with her mouth full, and the whole table went quiet.",
           "\"You could ask {b},\" said the postman. \"She knows everything that happened before the war, and most of what didn't.\"",
           "{b} kept the accounts of half the valley in a blue notebook, and in the blue notebook there was a page that had been folded twice.",
           "They walked along the dyke as far as the pumping station, where {b} sat down on the steps and took a stone out of her shoe.",
           "For three days it rained. {a} mended the roof with a tin sign that said LEMONADE, so that the sky above {town} was told about it.",
           "The bank sent a man with a folder. {b} gave him tea, and then more tea, and by evening he had told her what was in it."]
TURNS = ["What they found there was not gold, and not a body either, though both had been predicted.", "And that might have been the end of it, if the dog had not come home alone.",
         "The key turned as if it had been oiled the day before.", "It took {a} a moment to understand that the handwriting was his own.",
         "Neither of them said anything. It was, they agreed later, the loudest thing they had ever heard."]
ENDS = ["In {town} they still argue about who was right. {b}, who knows, has taken up the accordion.", "The letter was delivered in the end, thirty-one years late, to a woman who laughed until she had to sit down.",
        "When the ice broke in March, {a} was on the first boat out, standing at the back, so as to see the town for as long as it could be seen.",
        "\"Well,\" said {b}, and put the kettle on, because there are days that cannot be finished in any other way."]


def story(rng, part):
    a, b = rng.sample(NAMES[part], 2)
    sentences = [rng.choice(OPENINGS), *rng.sample(MIDDLES, 3), rng.choice(TURNS), rng.choice(ENDS)]
    town = rng.choice(TOWNS[part])
    first, second = sentences[:3], sentences[3:]
    return "\n\n".join(" ".join(s.format(a=a, b=b, town=town) for s in half) for half in (first, second))


def letter(rng, part):
    a, b = rng.sample(NAMES[part], 2)
    town, one = rng.choice(TOWNS[part]), rng.choice(THINGS[part])
    number = rng.randint(10_000, 99_999)
    return (f"From: {a.lower()}@{town.lower().replace(' ', '')}.example\nTo: {b.lower()}@workshop.example\nSubject: Re: your {one[0]} no. {number}\n\nDear {b},\n\nthank you for your message of the {rng.randint(2, 28)}th. "
            f"I have looked into it. The {one[0]} left our depot in {town} on time, but the label had been damaged and the number could be read as {number + rng.choice([-9, 9, 90])}. "
            f"{rng.choice(['I am sorry about that.', 'This should not have happened.', 'It is the second time this month, and I have said so to the people concerned.'])} "
            f"A replacement is on its way and should reach you within {rng.randint(2, 6)} working days; there is no need to send anything back.\n\n"
            f"As for your other question: the {one[2].replace('_', ' ')} may go up to {one[3]} without harm. Above that we would rather you rang us first.\n\nKind regards,\n{a}\n\n"
            f"> On the {rng.randint(2, 9)}th, {b} wrote:\n> I have been waiting for eight days now. Could somebody please tell me where it is?\n> Also, what is the highest {one[2].replace('_', ' ')} that is safe?")


def documents(part, seed):
    rng = random.Random(seed)
    share = 1 if part == "calibration" else 0.4
    made = {name: passages(name, part) for name in ("prose", "facts", "dialogue", "languages")}
    codes = passages("code", part)
    things = THINGS[part]
    made["code"] = [filled(code, things[(i + turn) % len(things)]) for turn in range(3) for i, code in enumerate(codes)]
    made["mathematics"] = [mathematics(rng, part) for _ in range(int(16 * share))] + [p for i, p in enumerate(PROOFS) if (i == 3) == (part == "evaluation")]
    made["data"] = [make(rng, part) for _ in range(int(5 * share)) for make in (records, configuration, todo)]
    made["small"] = [make(rng, part) for _ in range(int(8 * share)) for make in (story, letter)]
    for group in made.values():
        rng.shuffle(group)
    return made


def taking_turns(groups):
    """Each domain spread evenly over the whole."""
    placed = [((i + 0.5) / len(group), name, text) for name, group in groups.items() for i, text in enumerate(group)]
    return [text for _, _, text in sorted(placed)]


for part, seed in (("calibration", 1), ("evaluation", 2)):
    text = f"\n{SEPARATOR}\n".join(taking_turns(documents(part, seed))) + "\n"
    (HERE / (part + ".txt")).write_text(text, encoding="utf-8")
    print(part, len(text.encode()), "bytes,", text.count(SEPARATOR) + 1, "documents")
