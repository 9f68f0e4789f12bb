"""The published models against slow ones written from their formulas alone, on random networks.

Inoue & Todo: the formulas of their papers, once with water filling as it is described and once as
their program does it.  ARIO: Hallegatte 2008, 2013 and the mathematics page of BoARIO."""
import random
import unittest

from support import Case

RULES = ("proportional", "final-last", "water-filling", "water-filling-final-last")


class Network:
    """Firms with several suppliers a sector, some without suppliers, clients or final demand."""

    def __init__(self, seed):
        rng = random.Random(seed)
        n = rng.randint(3, 12)
        sectors = rng.randint(1, 4)
        flow = {}
        for _ in range(rng.randint(n, 3 * n)):
            supplier, buyer = rng.sample(range(n), 2)
            flow[supplier, buyer] = round(rng.uniform(1, 50), 2)
        self.firms = sorted({firm for pair in flow for firm in pair})
        self.flow = flow
        self.sector = {i: rng.randint(1, sectors) for i in self.firms}
        self.final = {i: 0 if rng.random() < 0.25 else round(rng.uniform(5, 100), 2) for i in self.firms}
        self.stock = {i: rng.randint(2, 9) for i in self.firms}
        hit = rng.sample(self.firms, min(len(self.firms), rng.randint(1, 3)))
        self.delta = {i: round(rng.uniform(0.05, 0.95), 2) for i in hit}
        self.clients = {i: [b for (a, b) in flow if a == i] for i in self.firms}
        self.normal = {i: self.final[i] + sum(flow[i, b] for b in self.clients[i]) for i in self.firms}
        self.groups = {i: {} for i in self.firms}  # firm -> sector -> its suppliers
        for supplier, buyer in flow:
            self.groups[buyer].setdefault(self.sector[supplier], []).append(supplier)

    def write(self, case):
        case.write("flows.csv", "source,target,value\n" + "".join(
            f"f{a},f{b},{v!r}\n" for (a, b), v in self.flow.items()))
        case.write("nodes.csv", "id,kind,sector,final_demand,inventory_days\n" + "".join(
            f"f{i},firm,s{self.sector[i]},{self.final[i]!r},{self.stock[i]}\n" for i in self.firms))
        cuts = []
        for firm, delta in self.delta.items():
            cuts += ["--cut", f"id=f{firm}={delta!r}"]
        return ["-n", case.folder, *cuts]

    def value_added(self, made):
        bought = {i: sum(v for (_, b), v in self.flow.items() if b == i) for i in self.firms}
        return sum(made[i] * (1 - bought[i] / self.normal[i]) for i in self.firms if self.normal[i] > 0)


def fill(wanted, normal, there):
    """Water filling by bisection: everyone gets min(wanted, level * normal)."""
    if sum(wanted.values()) <= there:
        return dict(wanted)
    low, high = 0.0, max((wanted[k] / normal[k] for k in wanted if normal[k] > 0), default=0)
    for _ in range(200):
        level = (low + high) / 2
        if sum(min(wanted[k], level * normal[k]) for k in wanted) > there:
            high = level
        else:
            low = level
    return {k: min(wanted[k], low * normal[k]) for k in wanted}


def fill_like_the_program(order, normal, final, made):
    """final None: final demand takes no part.  Returns the orders' shares, and final demand's."""
    ratio = {k: order[k] / normal[k] for k in order}
    got = dict.fromkeys(order, 0.0)
    final_ratio, final_got = (0, 0.0) if final is None else (1, 0.0)
    while True:
        smallest = min([r for r in ratio.values() if r > 0] + [final_ratio] * (final_ratio > 0), default=0)
        if smallest <= 0:
            break
        need = sum(smallest * normal[k] for k in ratio) + (0 if final is None else smallest * final)
        if not made > need:
            base = sum(normal[k] for k in ratio if ratio[k] > 0) + (final if final_ratio > 0 else 0)
            share = made / base if base > 0 else 0
            for k in ratio:
                got[k] += share if ratio[k] > 0 else 0
            final_got += share if final_ratio > 0 else 0
            break
        for k in list(ratio):
            ratio[k] -= smallest
            got[k] += smallest
            if ratio[k] <= 0:
                del ratio[k]
        if final_ratio > 0:
            final_ratio = max(0, final_ratio - smallest)
            final_got += smallest
        made -= need
    return {k: got[k] * normal[k] for k in got}, (0 if final is None else final_got * final)


def ration(net, rule, firm, orders, made, program):
    """What clients get, and final demand."""
    final = net.final[firm]
    asked = sum(orders.values())
    normal = {b: net.flow[firm, b] for b in orders}
    if rule == 0:
        share = made / (asked + final) if asked + final > 0 else 0
        return {b: v * share for b, v in orders.items()}, final * share
    if rule in (1, 3):
        left = min(final, max(0, made - asked))
        if rule == 1:
            share = min(1, made / asked) if asked > 0 else 0
            return {b: v * share for b, v in orders.items()}, left
        if program:
            return fill_like_the_program(orders, normal, None, made - left)[0], left
        return fill(orders, normal, made - left), left
    if program:
        return fill_like_the_program(orders, normal, final, made)
    got = fill({**orders, "final": final}, {**normal, "final": final}, made)
    return {b: got[b] for b in orders}, got["final"]


def inoue_todo(net, rule, steps, tau, program):
    stock = {(a, b): net.stock[b] * v for (a, b), v in net.flow.items()}
    shipped = dict(net.flow)
    made = dict(net.normal)
    for _ in range(steps):
        order = {}
        for buyer in net.firms:
            for suppliers in net.groups[buyer].values():
                there = sum(stock[a, buyer] for a in suppliers)
                need = sum(net.flow[a, buyer] for a in suppliers)
                for a in suppliers:
                    if net.normal[buyer] == 0:  # makes nothing: orders as ever, stocks stand still
                        order[a, buyer] = net.flow[a, buyer]
                        continue
                    part = made[buyer] / net.normal[buyer]
                    used = stock[a, buyer] * part * need / there if there > 0 else 0
                    stock[a, buyer] = max(0, stock[a, buyer] + shipped[a, buyer] - used)
                    wish = net.flow[a, buyer] * part
                    order[a, buyer] = max(0, wish + (net.stock[buyer] * wish - stock[a, buyer]) / tau)
        now, final = {}, 0.0
        for i in net.firms:
            demand = net.final[i] + sum(order[i, b] for b in net.clients[i])
            limits = [net.normal[i] * (1 - net.delta.get(i, 0)), demand]
            for suppliers in net.groups[i].values():
                limits.append(net.normal[i] * sum(stock[a, i] for a in suppliers)
                              / sum(net.flow[a, i] for a in suppliers))
            now[i] = min(limits)
            got, delivered = ration(net, rule, i, {b: order[i, b] for b in net.clients[i]}, now[i], program)
            final += delivered
            for b, amount in got.items():
                shipped[i, b] = amount
        made = now
        yield sum(made.values()), net.value_added(made), final


def ario(net, steps, psi, tau, most, tau_alpha):
    stock = {(i, s): net.stock[i] * sum(net.flow[a, i] for a in suppliers)
             for i in net.firms for s, suppliers in net.groups[i].items()}
    order = dict(net.flow)
    alpha = dict.fromkeys(net.firms, 1.0)
    for _ in range(steps):
        made, best, demand, shipped, final = {}, {}, {}, {}, 0.0
        for i in net.firms:
            demand[i] = net.final[i] + sum(order[i, b] for b in net.clients[i])
            best[i] = min(demand[i], alpha[i] * (1 - net.delta.get(i, 0)) * net.normal[i])
            share = 1.0
            for s, suppliers in net.groups[i].items():
                a = sum(net.flow[k, i] for k in suppliers) / net.normal[i] if net.normal[i] > 0 else 0
                needed = psi * net.stock[i] * best[i] * a
                if needed > 0:
                    share = min(share, stock[i, s] / needed)
            made[i] = best[i] * share
            served = made[i] / demand[i] if demand[i] > 0 else 0
            final += net.final[i] * served
            for b in net.clients[i]:
                shipped[i, b] = order[i, b] * served
        for i in net.firms:
            for s, suppliers in net.groups[i].items():
                need = sum(net.flow[k, i] for k in suppliers)
                a = need / net.normal[i]
                stock[i, s] += sum(shipped[k, i] for k in suppliers) - made[i] * a
                wish = max(0, net.stock[i] * best[i] * a - stock[i, s]) / tau + made[i] * a
                for k in suppliers:
                    order[k, i] = wish * net.flow[k, i] / need
            scarcity = 1 - made[i] / demand[i] if demand[i] > 0 else 0
            alpha[i] += ((most - alpha[i]) * scarcity if scarcity > 1e-12 else 1 - alpha[i]) / tau_alpha
        yield sum(made.values()), net.value_added(made), final


class Oracles(Case):
    def check(self, seed, words, expected):
        series = self.results("simulate", *words, "--series", "--top", 1)["cases"][0]["series"]
        expected = list(expected)
        self.assertEqual(len(series), len(expected))
        for step, (got, want) in enumerate(zip(series, expected)):
            for key, value in zip(("production", "value_added", "final_consumption"), want):
                self.assertAlmostEqual(got[key], value, delta=1e-9 * expected[0][0],
                                       msg=f"network {seed}, {words}, step {step}, {key}")
        return max(abs(row[0] - expected[0][0]) for row in expected)

    def test_inoue_todo_under_every_rule(self):
        moved = 0
        for seed in range(1, 17):
            net = Network(seed)
            words = net.write(self)
            for rule, name in enumerate(RULES):
                for model, program in (("inoue-todo", True), ("inoue-todo-conserving", False)):
                    moved += self.check(seed, [*words, "--model", model, "--rationing", name, "--days", 25],
                                        inoue_todo(net, rule, 25, 6, program)) > 1
        self.assertGreater(moved, 50)  # the shocks do something

    def test_both_ways_of_filling_differ_where_the_program_leaves_its_description(self):
        apart = 0
        for seed in range(1, 31):
            one, two = (list(inoue_todo(Network(seed), 2, 25, 6, program)) for program in (True, False))
            apart += any(abs(a[2] - b[2]) > 1e-6 for a, b in zip(one, two))
        self.assertGreater(apart, 5)

    def test_ario_with_and_without_overproduction(self):
        moved = 0
        for seed in range(101, 121):
            net = Network(seed)
            if any(net.normal[i] == 0 for i in net.firms):
                continue  # the formulas divide by normal output
            words = net.write(self)
            for most, days in ((1, 365), (1.25, 30)):
                moved += self.check(seed, [*words, "--model", "ario", "--days", 40, "--psi", 0.8, "--adjust", 6,
                                           "--overproduction", f"{most}:{days}"],
                                    ario(net, 40, 0.8, 6, most, days)) > 1
        self.assertGreater(moved, 6)


if __name__ == "__main__":
    unittest.main()
