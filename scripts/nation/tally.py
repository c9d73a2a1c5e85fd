#!/usr/bin/env python3
"""A second tally of a published election, independent of the first: Python's standard library and
nothing of Urna's. It reads what was published, adds it up and allocates the seats by its own reading
of the rules, so that two programs must agree.

    python3 scripts/nation/tally.py FOLDER

FOLDER holds election.json and, at any depth, result-package.json files. Prints one JSON document:
{"packages", "ballots", "contests": {id: {"ballots", "nulls", "votes", "seats", "open"}}}; votes and
seats are by alliance, organisation in none, or candidate; "open" counts seats that nobody has.
Signatures are checked elsewhere (openssl, or scripts/urna verify). A package that does not add up, or
two of one precinct, end it with an error.
"""
import hashlib
import json
import os
import sys
from fractions import Fraction


def packages(folder):
    for path, folders, files in os.walk(folder):
        folders.sort()
        if "result-package.json" in files:
            name = os.path.join(path, "result-package.json")
            with open(name, encoding="utf-8") as file:
                yield name, json.load(file)


def add_up(folder, election):
    """{(contest, card, candidate): votes}, {contest: [ballots, nulls]}, packages, ballots"""
    votes, sides, seen, ballots = {}, {}, {}, 0
    for name, found in packages(folder):
        precinct = found["pollingPlaceCode"] + "." + found["precinctNumber"]
        if found["election"] != election["id"]:
            sys.exit(f"{name}: of another election")
        if precinct in seen:
            sys.exit(f"{name}: a second package of {precinct}, after {seen[precinct]}")
        seen[precinct] = name
        ballots += found["ballots"]
        for contest in found["contests"]:
            given = sum(option["votes"] for option in contest["options"])
            if given + contest["nulls"] != contest["ballots"] * contest["positions"]:
                sys.exit(f"{name}: {contest['id']} does not add up")
            side = sides.setdefault(contest["id"], [0, 0])
            side[0] += contest["ballots"]
            side[1] += contest["nulls"]
            for option in contest["options"]:
                key = (contest["id"], option["card"], option["candidate"])
                votes[key] = votes.get(key, 0) + option["votes"]
    return votes, sides, len(seen), ballots


def by_rule(rule, contest, tied):
    """The tied in the order in which seats go to them, or None. `tied` is in the ballot's order."""
    if rule["kind"] == "ballotOrder":
        return tied
    if rule["kind"] == "lot":
        drawn = lambda who: hashlib.sha256(f"{rule['seed']}\n{contest}\n{who}".encode()).hexdigest()
        return sorted(tied, key=drawn)
    return None


def fill(seats, claims, rule, contest):
    """`claims`: (strength, competitor), in the ballot's order among equals. The strongest get a seat
    each; those who are level for the last ones go by the rule."""
    claims = sorted(claims, key=lambda claim: claim[0], reverse=True)
    won = [who for _, who in claims[:seats]]
    if len(claims) > seats > 0 and claims[seats - 1][0] == claims[seats][0]:
        edge = claims[seats][0]
        won = [who for strength, who in claims if strength > edge]
        order = by_rule(rule, contest, [who for strength, who in claims if strength == edge])
        won += (order or [])[: seats - len(won)]
    return won


def list_seats(seats, votes, rule, contest):
    """d'Hondt: the highest quotients votes/1, votes/2, ...; level ones go to the larger total."""
    claims = [
        ((Fraction(count, divisor), count), who)
        for who, count in votes.items() if count > 0
        for divisor in range(1, seats + 1)
    ]
    return fill(seats, claims, rule, contest)


def majority_seats(seats, votes, rule, contest):
    return fill(seats, [(count, who) for who, count in votes.items() if count > 0], rule, contest)


def counted(votes, won, seats, **rest):
    held = {who: won.count(who) for who in votes}
    return {**rest, "votes": votes, "seats": held, "open": seats - len(won)}


def tally(folder):
    with open(os.path.join(folder, "election.json"), encoding="utf-8") as file:
        election = json.load(file)
    votes, sides, count, ballots = add_up(folder, election)
    alliance = {
        organisation: each["id"]
        for each in election["alliances"] for organisation in each["organisationIds"]
    }
    competitor = {
        card["id"]: alliance.get(card["organisationId"], card["organisationId"])
        for card in election["cards"]
    }
    contest_of = {each["id"]: each["contestId"] for each in election["candidates"]}
    rule, result, lists = election["tieRule"], {}, {}
    for contest in election["contests"]:
        name, seats, sums = contest["id"], contest["seats"], {}
        for card in election["cards"]:
            if contest["kind"] == "list":
                if name in card["listContestIds"]:
                    who = competitor[card["id"]]
                    sums[who] = sums.get(who, 0) + votes.get((name, card["id"], None), 0)
            else:
                for who in card["candidateIds"]:
                    if contest_of[who] == name:
                        sums[who] = sums.get(who, 0) + votes.get((name, card["id"], who), 0)
        here = sides.get(name, [0, 0])
        allocate = list_seats if contest["kind"] == "list" else majority_seats
        if contest["kind"] == "list":
            lists[name] = sums
        won = allocate(seats, sums, rule, name)
        result[name] = counted(sums, won, seats, ballots=here[0], nulls=here[1])
    order = list(dict.fromkeys(competitor[card["id"]] for card in election["cards"]))
    for summed in election["summedLists"]:
        parts = [lists[each] for each in summed["contestIds"]]
        sums = {
            who: sum(part.get(who, 0) for part in parts)
            for who in order if any(who in part for part in parts)
        }
        won = list_seats(summed["seats"], sums, rule, summed["id"])
        result[summed["id"]] = counted(sums, won, summed["seats"], ballots=None, nulls=None)
    return {"packages": count, "ballots": ballots, "contests": result}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print(json.dumps(tally(sys.argv[1])))
