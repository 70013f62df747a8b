"""Writes more.json: plans in other units and languages, in the form of plans.json.

Each amount is given twice: as a cook writes it, and as what it means ("500 g"). This program computes the results from the meanings
alone, with a table of units and rules of its own. Run it in its folder: python3 more.py > more.json
"""
import json
import math
from fractions import Fraction as F

SIZE = {}
for row in open("units.tsv"):
    unit, size = row.rstrip("\n").split("\t")
    number, base = size.split()
    SIZE[unit.replace("imperial fl oz", "imperial-fl oz")] = (F(number), base)


def meaning(text):
    """Returns (low, high, unit) for "2-3 clove", or the text."""
    if text.startswith("="):
        return text[1:]
    amount, unit = text.split(" ", 1)
    low, _, high = amount.partition("-")
    return F(low), F(high or low), unit


def base(unit, food):
    """Returns the unit to add up in, and the size of one unit in it."""
    size, b = SIZE.get(unit, (F(1), unit))
    if unit == "piece" and "piece_weight" in food:
        return "g", F(food["piece_weight"].split()[0])
    if b == "ml" and "density" in food:
        return "g", size * F(food["density"].split()[0])
    return b, size


def step(x, unit):
    if unit in ("g", "ml"):
        s = 1 if x < 10 else 5 if x < 100 else 10 if x < 1000 else 50
        return F(math.ceil(x / s) * s)
    return F(math.ceil(x))


def amount(x, unit):
    return {"amount": str(F(x)), "unit": unit}


def ranged(low, high, unit):
    return amount(low, unit) if low == high else {"min": str(low), "max": str(high), "unit": unit}


def solve(case):
    settings = {f["name"]: f for f in case.get("foods", [])}
    recipes = {r["name"]: r for r in case["recipes"]}
    meals = []
    for i, m in enumerate(case["plan"]):
        r = recipes[m["recipe"]]
        if "factor" in m:
            k = F(m["factor"])
        else:
            k = F(m["servings"], r["servings"]) if r["servings"] else F(1)
        meals.append((m.get("date", case["today"]), i, k, r))
    foods = []
    for _, _, _, r in sorted(meals, key=lambda m: m[1]):
        for ing in r["ingredients"]:
            if ing["food"] not in foods:
                foods.append(ing["food"])
    return [entry(case, name, settings.get(name, {}), meals) for name in foods]


def entry(case, name, setting, meals):
    lots = [dict(l, i=i) for i, l in enumerate(case["fridge"]) if l["food"] == name]
    for l in lots:
        m = meaning(l["means"])
        l["left"] = None if isinstance(m, str) else m[0] * base(m[2], setting)[1]
        l["base"] = None if isinstance(m, str) else base(m[2], setting)[0]
        l["took"], l["unknown"] = F(0), m == "?"
    lots.sort(key=lambda l: (l.get("best_before", "9999"), l["i"]))
    staple = next((l for l in lots if l.get("staple")), None)
    need, gives, words, facts, names, order = {}, {}, {}, {}, [], []
    late = set()
    for date, i, k, r in sorted(meals, key=lambda m: (m[0], m[1])):
        for n, ing in enumerate(r["ingredients"]):
            if ing["food"] != name:
                continue
            m = meaning(ing["means"])
            key = (r["name"], n)
            facts.setdefault(key, [F(0), ing, m])[0] += k
            if ing["name"] not in names:
                names.append(ing["name"])
            if isinstance(m, str):
                w = words.setdefault(m, [ing["quantity"], F(0), []])
                w[1] += k
                w[2].append(date)
                continue
            b, size = base(m[2], setting)
            low, high = m[0] * size * k, m[1] * size * k
            old = need.setdefault(b, [F(0), F(0)])
            need[b] = [old[0] + low, old[1] + high]
            want = high
            for l in lots:
                good = l.get("best_before", "9999") >= date
                if staple:
                    break
                if not good or l["base"] != b or want == 0:
                    continue
                x = min(want, l["left"])
                l["left"] -= x
                l["took"] += x
                want -= x
            cover = staple or next((l for l in lots if l["unknown"] and l.get("best_before", "9999") >= date), None)
            if want and cover:
                cover["covers"] = True
                want = F(0)
            if want:
                late.add((date, b))
            gives[b] = gives.get(b, F(0)) + high - want
    e = {"food": name, "names": names, "need": [], "from_fridge": [], "to_buy": [], "tolerance_percent": case.get("tolerance", 0)}
    for b, (low, high) in need.items():
        e["need"].append(ranged(low, high, b))
        if gives[b]:
            e["from_fridge"].append(amount(gives[b], b))
        buy = high - gives[b]
        if buy:
            up = step(buy, b)
            if name in case.get("packs", {}):
                pack = meaning(case["packs"][name])
                up = math.ceil(buy / (pack[0] * base(pack[2], {})[1])) * pack[0] * base(pack[2], {})[1]
            e["to_buy"].append(dict(amount(buy, b), at_most=str(up)) if b in ("g", "ml") else amount(up, b))
    for means, (text, times, dates) in words.items():
        a = {"text": text}
        if means != "taste" and times != 1:
            a["times"] = str(times)
        e["need"].append(a)
        left = [l for l in lots if l["unknown"] or means == "taste" and (l["left"] is None or l["left"] > 0)]
        covered = staple or all(any(l.get("best_before", "9999") >= d for l in left) for d in dates)
        e["from_fridge" if covered else "to_buy"].append(a)
    e["merged"] = len(e["need"]) == 1
    if not e["merged"]:
        e["reason"] = case["reason"][name]
    e["explains"] = explain(case, facts, lots, staple, late, words)
    return e


def explain(case, facts, lots, staple, late, words):
    all_facts = []
    for (recipe, _), (times, ing, m) in facts.items():
        share = {"text": ing["quantity"]} if isinstance(m, str) else ranged(m[0] * times, m[1] * times, m[2])
        if isinstance(m, str) and m != "taste" and times != 1:
            share["times"] = str(times)
        f = {"fact": "recipe", "recipe": recipe, "quantity": ing["quantity"], "name": ing["name"], "times": str(times), "share": share}
        all_facts.append(f)
        if not isinstance(m, str) and m[0] != m[1]:
            all_facts.append({"fact": "upper_end", "range": share})
        if m in ("unknown_unit", "not_understood"):
            all_facts.append({"fact": "verbatim", "recipe": recipe, "text": ing["quantity"], "because": m})
    if staple:
        return all_facts + [{"fact": "staple", "lot": staple["i"]}]
    for l in lots:
        if l["took"]:
            all_facts.append({"fact": "lot", "lot": l["i"], "taken": amount(l["took"], l["base"])} if not case.get("foods") else {"fact": "lot", "lot": l["i"]})
        if l.get("covers"):
            all_facts.append({"fact": "amount_unknown", "lot": l["i"]})
        for date, b in sorted(late):
            if l["left"] != 0:
                why = "spoils_before_meal" if l.get("best_before", "9999") < date else "cannot_compare"
                all_facts.append({"fact": "lot_not_used", "lot": l["i"], "because": why})
    return all_facts


CASES = []


def case(name, recipes, fridge=(), plan=None, tells=None, **more):
    """Adds a case. Recipes: {name: (servings, [(food, name, text, meaning)])}. Without a plan each recipe is cooked once."""
    c = {"name": name, "today": "2026-12-07", **more, "recipes": [], "fridge": [], "plan": []}
    for r, (servings, lines) in recipes.items():
        c["recipes"].append({"name": r, "servings": servings, "ingredients": [
            dict(zip(("food", "name", "quantity", "means"), l)) for l in lines]})
        if plan is None:
            c["plan"].append({"recipe": r, "factor": "1"})
    for l in fridge:
        lot = dict(zip(("food", "name", "quantity", "means"), l))
        lot.update(l[4] if len(l) > 4 else {})
        c["fridge"].append(lot)
    for m in plan or ():
        c["plan"].append(dict(zip(("recipe", "servings" if isinstance(m[1], int) else "factor", "date"), m)))
    c["expect"] = solve(c)
    for food, more_facts in (tells or {}).items():
        next(e for e in c["expect"] if e["food"] == food)["explains"] += more_facts
    for part in c["recipes"]:
        for ing in part["ingredients"]:
            del ing["means"], ing["food"]
    for l in c["fridge"]:
        del l["means"], l["food"]
    CASES.append(c)


def unit(x, u, y, v, source="units"):
    return {"fact": "conversion", "from": amount(x, u), "to": amount(F(y), v), "source": source}


def until(day, **more):
    return {"best_before": day, **more}


# stock
case("sechs Eier im Haus, acht gebraucht", {
    "Omelett": (2, [("Eier", "Eier", "4", "4 piece")]), "Biskuit": (8, [("Eier", "Ei", "6 Stück", "6 piece")])},
    [("Eier", "Eier", "6", "6 piece")])
case("three and a half eggs of a dozen", {"Quiche": (4, [("eggs", "eggs", "a dozen", "12 piece")])},
     [("eggs", "eggs", "half a dozen", "6 piece")], [("Quiche", "1/2")])
case("Hackfleisch, dreimal ein Pfund", {"Frikadellen": (4, [("Hackfleisch", "Hackfleisch", "1 Pfund", "1 metric-pound")])},
     [("Hackfleisch", "Hackfleisch", "750 g", "750 g")], [("Frikadellen", 4), ("Frikadellen", 4), ("Frikadellen", 4)],
     {"Hackfleisch": [unit(1, "metric-pound", 500, "g")]})
case("due etti di prosciutto, tre in casa", {"Saltimbocca": (4, [("prosciutto", "prosciutto", "2 etti", "2 hg")])},
     [("prosciutto", "prosciutto", "300 g", "300 g")], tells={"prosciutto": [unit(1, "hg", 100, "g")]})
case("drie ons kaas", {"Fondue": (2, [("kaas", "kaas", "3 ons", "3 hg")])}, [("kaas", "kaas", "1 pond", "1 metric-pound")],
     [("Fondue", 4)])
case("ba lạng thịt bò", {"Phở": (2, [("thịt bò", "thịt bò", "3 lạng", "3 hg")])}, [("thịt bò", "thịt bò", "200 g", "200 g")], [("Phở", 4)])
case("ounces against pounds", {"Chili": (6, [("ground beef", "ground beef", "1 1/2 lb", "3/2 lb")])},
     [("ground beef", "ground beef", "8 oz", "8 oz")], tells={"ground beef": [unit(1, "lb", 16, "oz")]})
case("two pounds bought, two pounds cooked", {"Roast": (4, [("carrots", "carrots", "2 pounds", "2 lb")])},
     [("carrots", "carrots", "32 oz", "32 oz")])
case("anderthalb Kilo Kartoffeln", {"Gratin": (4, [("Kartoffeln", "Kartoffeln", "1,5 kg", "3/2 kg")])},
     [("Kartoffeln", "Kartoffeln", "2 kg", "2 kg")])
case("un bouquet et des grammes", {"Taboulé": (4, [("persil", "persil", "30 g", "30 g")])}, [("persil", "persil", "1 bouquet", "1 bunch")])
case("ein Bund gegen Gramm", {"Suppe": (4, [("Dill", "Dill", "10 g", "10 g")])}, [("Dill", "Dill", "1 Bund", "1 bunch")])
case("bunch for bunch", {"Tabbouleh": (4, [("mint", "mint", "2 bunches", "2 bunch")])}, [("mint", "mint", "1 bunch", "1 bunch")])

# units
case("Deziliter und Liter", {"Sauce": (4, [("Rahm", "Rahm", "2 dl", "2 dl")]), "Gratin": (4, [("Rahm", "Rahm", "3 dl", "3 dl")])},
     [("Rahm", "Rahm", "1/4 l", "1/4 l")], tells={"Rahm": [unit(1, "l", 10, "dl")]})
case("centiliters and fluid ounces", {"Punch": (4, [("rum", "rum", "20 cl", "20 cl")]), "Toddy": (1, [("rum", "rum", "2 fl oz", "2 fl oz")])},
     tells={"rum": [unit(1, "fl oz", "29.5735295625", "ml"), unit(1, "cl", 10, "ml")]})
case("an imperial pint of milk", {"Custard": (4, [("milk", "milk", "1 imperial pint", "1 imperial-pint")]), "Tea": (2, [("milk", "milk", "100 ml", "100 ml")])},
     [("milk", "milk", "200 ml", "200 ml")], tells={"milk": [unit(1, "imperial-pint", "568.26125", "ml")]})
case("US pints stay US pints", {"Ice cream": (4, [("cream", "cream", "1 pint", "1 pint")])}, [("cream", "cream", "1 cup", "1 cup")],
     tells={"cream": [unit(1, "pint", "473.176473", "ml"), unit(1, "pint", 2, "cup")]})
case("the Japanese cup", {"Gohan": (2, [("rice vinegar", "rice vinegar", "1 Japanese cup", "1 japanese-cup")]), "Sushi": (2, [("rice vinegar", "rice vinegar", "50 ml", "50 ml")])},
     tells={"rice vinegar": [unit(1, "japanese-cup", 200, "ml")]})
case("the Australian tablespoon", {"Lamingtons": (4, [("golden syrup", "golden syrup", "3 Australian tablespoons", "3 australian-tbsp")]), "Anzacs": (4, [("golden syrup", "golden syrup", "40 ml", "40 ml")])},
     tells={"golden syrup": [unit(1, "australian-tbsp", 20, "ml")]})
case("imperial cup and metric cup", {"Trifle": (4, [("sherry", "sherry", "1 imperial cup", "1 imperial-cup"), ("water", "water", "2 metric cups", "2 metric-cup")]), "Jelly": (4, [("sherry", "sherry", "100 ml", "100 ml"), ("water", "water", "1 cup", "1 cup")])},
     tells={"sherry": [unit(1, "imperial-cup", "284.130625", "ml")], "water": [unit(1, "cup", "236.5882365", "ml"), unit(1, "metric-cup", 250, "ml")]})
case("EL, TL und Milliliter", {"Marinade": (4, [("Sojasauce", "Sojasauce", "3 EL", "3 metric-tbsp")]), "Dip": (4, [("Sojasauce", "Sojasauce", "2 TL", "2 metric-tsp")]), "Wok": (2, [("Sojasauce", "Sojasauce", "50 ml", "50 ml")])},
     tells={"Sojasauce": [unit(1, "metric-tbsp", 15, "ml"), unit(1, "metric-tsp", 5, "ml")]})
case("c. à s. et décilitres", {"Vinaigrette": (4, [("vinaigre", "vinaigre", "2 c. à s.", "2 metric-tbsp")]), "Marinade": (4, [("vinaigre", "vinaigre", "1 dl", "1 dl")])},
     [("vinaigre", "vinaigre", "5 cl", "5 cl")])
case("cucchiai e bottiglia", {"Bruschette": (4, [("olio", "olio", "4 cucchiai", "4 metric-tbsp")]), "Pesto": (4, [("olio", "olio", "1 cucchiaino", "1 metric-tsp")])},
     [("olio", "olio", "30 ml", "30 ml")], [("Bruschette", 6), ("Pesto", 8)])
case("muỗng canh và mililít", {"Nước chấm": (4, [("nước mắm", "nước mắm", "3 muỗng canh", "3 metric-tbsp")]), "Kho": (4, [("nước mắm", "nước mắm", "2 muỗng cà phê", "2 metric-tsp")])},
     [("nước mắm", "nước mắm", "20 ml", "20 ml")])
case("cucharadas y litros", {"Gazpacho": (4, [("aceite", "aceite", "2 cucharadas", "2 metric-tbsp")]), "Alioli": (4, [("aceite", "aceite", "1/4 l", "1/4 l")])})
case("eetlepels", {"Pannenkoeken": (4, [("suiker", "suiker", "2 el", "2 metric-tbsp")]), "Vla": (4, [("suiker", "suiker", "1 tl", "1 metric-tsp")])})

# exact numbers
case("drei Drittel Liter", {"A": (1, [("Milch", "Milch", "1/3 l", "1/3 l")]), "B": (1, [("Milch", "Milch", "⅓ Liter", "1/3 l")])}, [("Milch", "Milch", "1 l", "1 l")],
     [("A", "2"), ("B", "1")])
case("sevenths of a tablespoon", {"Rub": (7, [("paprika", "paprika", "1 tbsp", "1 tbsp")])}, (), [("Rub", 3), ("Rub", 2), ("Rub", 2)])
case("zwei Drittel von drei viertel Liter", {"Pudding": (9, [("Sahne", "Sahne", "0,75 l", "3/4 l")])}, [("Sahne", "Sahne", "200 ml", "200 ml")], [("Pudding", 6)])
case("tausend mit Punkt", {"Brot": (1, [("Roggenmehl", "Roggenmehl", "1.200 g", "1200 g"), ("Wasser", "Wasser", "750 ml", "750 ml")])}, [("Roggenmehl", "Roggenmehl", "1 kg", "1 kg")])
case("a thousand with a comma", {"Bread": (1, [("rye flour", "rye flour", "1,200 g", "1200 g")])}, [("rye flour", "rye flour", "1.1 kg", "11/10 kg")])

# ranges
case("2 bis 3 Möhren", {"Eintopf": (4, [("Möhren", "Möhren", "2 bis 3", "2-3 piece"), ("Lauch", "Lauch", "ca. 300 g", "300 g")])}, [("Möhren", "Möhre", "2", "2 piece")], [("Eintopf", 8)])
case("due o tre spicchi", {"Aglio e olio": (2, [("aglio", "aglio", "2-3 spicchi", "2-3 clove")])}, [("aglio", "aglio", "1 spicchio", "1 clove")], [("Aglio e olio", 4)])
case("de 200 à 250 g", {"Tarte": (4, [("beurre", "beurre", "200 à 250 g", "200-250 g")])}, [("beurre", "beurre", "100 à 120 g", "100-120 g")])
case("2 đến 3 quả", {"Salad": (2, [("cà chua", "cà chua", "2 đến 3 quả", "2-3 piece")])}, [], [("Salad", "3/2")])

# no measure
case("nach Geschmack", {"Suppe": (4, [("Pfeffer", "Pfeffer", "nach Geschmack", "=taste"), ("Salz", "Salz", "1 Prise", "1 pinch")]), "Brot": (4, [("Salz", "Salz", "2 Prisen", "2 pinch")])},
     [("Pfeffer", "Pfeffer", "1 Glas", "1 glass")], [("Suppe", 8), ("Brot", 4)])
case("q.b.", {"Ragù": (4, [("sale", "sale", "q.b.", "=taste"), ("noce moscata", "noce moscata", "1 pizzico", "1 pinch")]), "Pane": (4, [("sale", "sale", "10 g", "10 g")])},
     [("sale", "sale", "10 g", "10 g")], reason={"sale": "no_measure"})
case("al gusto, a little left", {"Mole": (4, [("comino", "comino", "al gusto", "=taste"), ("comino", "comino", "2 cucharaditas", "2 metric-tsp")])},
     [("comino", "comino", "15 ml", "15 ml")], reason={"comino": "no_measure"})
case("une pincée, vừa đủ, naar smaak", {"Crêpes": (4, [("sel", "sel", "une pincée", "1 pinch")]), "Gỏi": (2, [("tiêu", "tiêu", "vừa đủ", "=taste")]), "Soep": (4, [("nootmuskaat", "nootmuskaat", "naar smaak", "=taste")])}, (), [("Crêpes", 6), ("Gỏi", 4), ("Soep", 4)])
case("to taste for a spoilt lot", {"Curry": (4, [("yogurt", "yogurt", "to taste", "=taste")])}, [("yogurt", "yogurt", "500 g", "500 g", until("2026-12-08"))],
     [("Curry", 4, "2026-12-09")], {"yogurt": [{"fact": "lot_not_used", "lot": 0, "because": "spoils_before_meal"}]})

# the user's weights, aliases and spellings
case("Kartoffeln zu 150 g", {"Rösti": (4, [("Kartoffel", "Kartoffeln", "4", "4 piece")]), "Püree": (4, [("Kartoffel", "Kartoffel", "1 Pfund", "1 metric-pound")])},
     [("Kartoffel", "Kartoffeln", "2 Stück", "2 piece")], foods=[{"name": "Kartoffel", "piece_weight": "150 g"}],
     tells={"Kartoffel": [unit(1, "piece", 150, "g", "correction")]})
case("mel à densité connue", {"Pain d'épices": (8, [("miel", "miel", "2 dl", "2 dl")]), "Nougat": (8, [("miel", "miel", "100 g", "100 g")])},
     [("miel", "miel", "1 c. à s.", "1 metric-tbsp")], foods=[{"name": "miel", "density": "1.4 g/ml"}], tells={"miel": [unit(1, "dl", 140, "g", "correction")]})
case("the user's density wins", {"Granola": (4, [("oats", "oats", "2 metric cups", "2 metric-cup")]), "Porridge": (2, [("oats", "oats", "90 g", "90 g")])}, (),
     [("Granola", 4), ("Porridge", 4)], foods=[{"name": "oats", "density": "0.4 g/ml"}], tells={"oats": [unit(1, "metric-cup", 100, "g", "correction")]})
case("das gleiche Wort in vier Formen", {"Salat": (2, [("Tomate", "Tomate", "2", "2 piece")]), "Soße": (4, [("Tomate", "TOMATEN", "5", "5 piece"), ("Tomate", "Tomaten, gehackt", "1", "1 piece")])}, [("Tomate", "tomaten", "3", "3 piece")])
case("oignon, Oignons, OIGNON", {"Soupe": (4, [("oignon", "Oignons", "3", "3 piece")]), "Tarte": (4, [("oignon", "oignon", "2", "2 piece")])}, [("oignon", "OIGNON", "1", "1 piece")])
case("gruyère sans accent", {"Fondue": (4, [("gruyère", "gruyère", "400 g", "400 g")]), "Croque": (2, [("gruyère", "gruyere", "100 g", "100 g")])}, [("gruyère", "Gruyère", "250 g", "250 g")])
case("bò in the house, bơ needed", {"Bánh": (4, [("bơ", "bơ", "100 g", "100 g")])}, [("bò", "bò", "500 g", "500 g")])
case("an alias of the user", {"Käsekuchen": (8, [("Quark", "Quark", "500 g", "500 g")]), "Tarte": (8, [("Quark", "fromage blanc", "250 g", "250 g")])}, [("Quark", "Quark", "250 g", "250 g")],
     foods=[{"name": "Quark", "aliases": ["fromage blanc"]}], tells={"Quark": [{"fact": "same_food", "names": ["fromage blanc", "Quark"], "source": "alias"}]})
case("aubergines are eggplants", {"Moussaka": (4, [("eggplant", "eggplants", "2", "2 piece")]), "Ratatouille": (4, [("eggplant", "aubergine", "1", "1 piece")])}, [("eggplant", "aubergines", "1", "1 piece")],
     tells={"eggplant": [{"fact": "same_food", "names": ["aubergine", "eggplant"], "source": "synonym"}]})
case("Kokosmilch ist keine Milch", {"Curry": (4, [("Kokosmilch", "Kokosmilch", "400 ml", "400 ml")]), "Reis": (4, [("Milch", "Milch", "1 l", "1 l")])}, [("Milch", "Milch", "2 l", "2 l")])
case("lait de coco n'est pas du lait", {"Curry": (4, [("lait de coco", "lait de coco", "40 cl", "40 cl")])}, [("lait", "lait", "1 l", "1 l")])
case("zerlassene Butter und weiche Butter", {"Sandkuchen": (6, [("Butter", "Butter", "1 Pfund", "1 metric-pound"), ("Butter", "Butter, zerlassen", "1 Pfund", "1 metric-pound"), ("Butter", "Butter, weich", "1/2 Pfund", "1/2 metric-pound")])},
     [("Butter", "Butter", "1 kg", "1 kg")], [("Sandkuchen", 3)], {"Butter": [unit(1, "kg", 2, "metric-pound")]})
case("Bemerkungen in Klammern", {"Eintopf": (2, [("Zwiebel", "Zwiebeln", "2 (ca. 150 g)", "2 piece"), ("milk", "milk", "1 cup (240 ml)", "1 cup"), ("Eier", "Eier", "3 (Größe M)", "3 piece")])},
     [("Zwiebel", "Zwiebel", "1 (groß)", "1 piece")], [("Eintopf", 4)], {"milk": [unit(1, "cup", "236.5882365", "ml")]})
case("une pomme, deux pommes, Kirschen und Kirsche", {"Compote": (2, [("pomme", "pomme", "1", "1 piece"), ("Kirsche", "Kirsche", "1", "1 piece")]), "Tarte": (4, [("pomme", "pommes", "2", "2 piece"), ("Kirsche", "Kirschen", "20", "20 piece")])},
     [("pomme", "Pommes", "2", "2 piece")])
case("pounds and ounces in one quantity", {"Roast": (4, [("beef", "beef", "1 lb 4 oz", "5/4 lb"), ("milk", "milk", "1 cup plus 2 tbsp", "9/8 cup")])}, (), [("Roast", 8)],
     {"beef": [unit(1, "lb", 16, "oz")], "milk": [unit(1, "cup", 16, "tbsp")]})
case("un pimiento, dos pimientos", {"Pisto": (2, [("pimiento", "pimiento", "1", "1 piece"), ("pimienta", "pimienta", "2 pizcas", "2 pinch")]), "Fajitas": (2, [("pimiento", "pimientos", "2", "2 piece")])},
     [("pimiento", "Pimientos", "1", "1 piece")])
case("oignon deux fois", {"Soupe": (4, [("oignon", "oignon", "100 g", "100 g"), ("oignon", "oignon, émincé", "50 g", "50 g")])}, (), [("Soupe", 6)])

# days, lots, staples
case("Milch bis Mittwoch", {"Kakao": (2, [("Milch", "Milch", "3 dl", "3 dl")]), "Grießbrei": (4, [("Milch", "Milch", "5 dl", "5 dl")])},
     [("Milch", "Milch", "1 l", "1 l", until("2026-12-09"))], [("Grießbrei", 4, "2026-12-10"), ("Kakao", 2, "2026-12-09")])
case("drei Packungen in drei Einheiten", {"Auflauf": (4, [("Käse", "Käse", "1,2 kg", "6/5 kg")])},
     [("Käse", "Käse", "1 Pfund", "1 metric-pound"), ("Käse", "Käse", "200 g", "200 g", until("2026-12-20")), ("Käse", "Käse", "1/2 lb", "1/2 lb", until("2026-12-08"))],
     [("Auflauf", 4, "2026-12-09")])
case("the later meal finds less", {"Early": (1, [("cream", "cream", "1 cup", "1 cup")]), "Late": (1, [("cream", "cream", "1 cup", "1 cup")])},
     [("cream", "cream", "1 1/2 cups", "3/2 cup", until("2026-12-09"))], [("Late", 1, "2026-12-10"), ("Early", 1, "2026-12-08")])
case("etwas Reis, genug Öl", {"Paella": (4, [("Reis", "Reis", "400 g", "400 g"), ("Öl", "Öl", "3 EL", "3 metric-tbsp")])}, [("Reis", "Reis", "etwas", "=?"), ("Öl", "Öl", "some", "=?"), ("Reis", "Reis", "1 Pfund", "1 metric-pound", until("2026-12-06"))])
case("known first, then some", {"Dal": (4, [("lentils", "lentils", "500 g", "500 g")])}, [("lentils", "lentils", "", "=?"), ("lentils", "lentils", "1 lb", "1 lb")])
case("immer im Haus", {"Teig": (4, [("Mehl", "Mehl", "1 kg", "1 kg"), ("Hefe", "Hefe", "1 Würfel", "1 cube")])}, [("Mehl", "Mehl", "100 g", "100 g", {"staple": True})], [("Teig", 8)])
case("a staple covers what can't be read", {"Dressing": (4, [("oil", "oil", "2 glugs", "=unknown_unit"), ("oil", "oil", "1 tbsp", "1 tbsp")])}, [("oil", "oil", "some", "=?", {"staple": True})], reason={"oil": "unknown_unit"})

case("reichlich, beaucoup, mucho, molto, veel, nhiều", {"Paella": (4, [("Reis", "Reis", "300 g", "300 g"), ("huile", "huile", "3 c. à s.", "3 metric-tbsp"), ("ajo", "ajo", "2 dientes", "2 clove"), ("prezzemolo", "prezzemolo", "1 mazzetto", "1 bunch"), ("zout", "zout", "1 tl", "1 metric-tsp"), ("tiêu", "tiêu", "5 g", "5 g")])},
     [("Reis", "Reis", "reichlich", "=?"), ("huile", "huile", "beaucoup", "=?"), ("ajo", "ajo", "mucho", "=?"), ("prezzemolo", "prezzemolo", "molto", "=?"), ("zout", "zout", "veel", "=?"), ("tiêu", "tiêu", "nhiều", "=?")])

# packs
case("zwei Dosen zu 400 g", {"Chili": (4, [("Kidneybohnen", "Kidneybohnen", "2 Dosen à 400 g", "800 g")]), "Salat": (2, [("Kidneybohnen", "Kidneybohnen", "1 Dose (400 g)", "400 g")])},
     [("Kidneybohnen", "Kidneybohnen", "1 Dose (400 g)", "400 g")], tells={"Kidneybohnen": [unit(1, "can", 400, "g", "pack")]})
case("dos latas de 400 g", {"Guiso": (4, [("garbanzos", "garbanzos", "2 latas de 400 g", "800 g")])}, (), [("Guiso", 2)], {"garbanzos": [unit(1, "can", 400, "g", "pack")]})
case("Dosen à 400 g in Klammern", {"Hummus": (4, [("Kichererbsen", "Kichererbsen", "2 Dosen (à 400 g)", "800 g")]), "Eintopf": (4, [("Kichererbsen", "Kichererbsen", "1 Dose (je 400 g)", "400 g")])},
     [("Kichererbsen", "Kichererbsen", "1 Dose (400 g)", "400 g")], [("Hummus", 2), ("Eintopf", 4)], {"Kichererbsen": [unit(1, "can", 400, "g", "pack")]})
case("a 14-ounce can", {"Soup": (4, [("tomato soup", "tomato soup", "1 (14-oz) can", "14 oz")]), "Bake": (4, [("tomato soup", "tomato soup", "2 oz", "2 oz")])}, (),
     packs={"tomato soup": "14 oz"}, tells={"tomato soup": [unit(1, "can", 14, "oz", "pack")]})
case("three bottles of 33 cl", {"Stew": (4, [("stout", "stout", "3 × 33 cl", "99 cl")])}, [("stout", "stout", "500 ml", "500 ml")], packs={"stout": "33 cl"})

# rounding
case("an Australian third", {"Slice": (3, [("treacle", "treacle", "1 Australian tablespoon", "1 australian-tbsp")])}, (), [("Slice", 1)])
case("one third of an imperial pint", {"Batter": (3, [("stout", "stout", "1 imperial pint", "1 imperial-pint")])}, (), [("Batter", 1)])
case("7/8 of 1,1 kg", {"Braten": (8, [("Rindfleisch", "Rindfleisch", "1,1 kg", "11/10 kg")])}, (), [("Braten", 7)])
case("ein halbes Ei", {"Klöße": (4, [("Ei", "Ei", "1", "1 piece"), ("Knoblauch", "Knoblauch", "1 Zehe", "1 clove")])}, [("Knoblauch", "Knoblauch", "1/4 Zehe", "1/4 clove")], [("Klöße", 2)])

# what isn't known
case("ohne Portionen", {"Eintopf": (None, [("Linsen", "Linsen", "500 g", "500 g")])}, [("Linsen", "Linsen", "200 g", "200 g")], [("Eintopf", 6), ("Eintopf", "1/2")],
     {"Linsen": [{"fact": "as_written", "recipe": "Eintopf"}]})
case("zwei Klackse", {"Dip": (4, [("Senf", "Senf", "2 Klackse", "=unknown_unit"), ("Brot", "Brot", "was noch da ist", "=not_understood"), ("Senf", "Senf", "1 EL", "1 metric-tbsp")])}, (), [("Dip", 8)],
     reason={"Senf": "unknown_unit"})
case("clove and bulb stay apart", {"Aioli": (4, [("garlic", "garlic", "4 cloves", "4 clove")]), "Confit": (4, [("garlic", "garlic", "1 bulb", "1 bulb")])}, reason={"garlic": "other_unit"},
     tells={"garlic": [{"fact": "not_added", "reason": "other_unit"}]})
case("Topinambur ohne Gewicht", {"Suppe": (4, [("Topinambur", "Topinambur", "3", "3 piece")]), "Püree": (4, [("Topinambur", "Topinambur", "200 g", "200 g")])}, reason={"Topinambur": "no_piece_weight"},
     tells={"Topinambur": [{"fact": "not_added", "reason": "no_piece_weight"}]})
case("a can without a size", {"Curry": (4, [("jackfruit", "jackfruit", "1 can", "1 can")]), "Tacos": (4, [("jackfruit", "jackfruit", "300 g", "300 g")])}, reason={"jackfruit": "pack_size_unknown"})
case("nichts geplant", {"Suppe": (4, [("Salz", "Salz", "1 TL", "1 metric-tsp")])}, [("Salz", "Salz", "1 kg", "1 kg")], [])
case("alles da", {"Rührei": (1, [("Eier", "Eier", "2", "2 piece"), ("Butter", "Butter", "1 EL", "1 metric-tbsp"), ("Brot", "Brot", "2 Scheiben", "2 slice")])},
     [("Eier", "Eier", "10", "10 piece"), ("Butter", "Butter", "100 ml", "100 ml"), ("Brot", "Brot", "8 Scheiben", "8 slice"), ("Wurst", "Wurst", "200 g", "200 g")], [("Rührei", 2)])
case("eine Woche", {
    "Pfannkuchen": (4, [("Mehl", "Mehl", "250 g", "250 g"), ("Milch", "Milch", "½ l", "1/2 l"), ("Eier", "Eier", "3", "3 piece"), ("Salz", "Salz", "1 Prise", "1 pinch")]),
    "Carbonara": (2, [("Spaghetti", "Spaghetti", "200 g", "200 g"), ("Eier", "Eier", "2", "2 piece"), ("Speck", "Speck", "1 Pfund", "1 metric-pound")]),
    "Chili": (6, [("Hackfleisch", "Hackfleisch", "600 g", "600 g"), ("Zwiebeln", "Zwiebeln", "2", "2 piece")])},
    [("Eier", "Eier", "6", "6 piece", until("2026-12-15")), ("Eier", "Eier", "4", "4 piece", until("2026-12-10")), ("Milch", "Milch", "1 l", "1 l", until("2026-12-09")),
     ("Salz", "Salz", "", "=?", {"staple": True}), ("Spaghetti", "Spaghetti", "1 Pfund", "1 metric-pound"), ("Hackfleisch", "Hackfleisch", "400 g", "400 g", until("2026-12-09")), ("Zwiebeln", "Zwiebel", "1", "1 piece")],
    [("Pfannkuchen", 6, "2026-12-08"), ("Carbonara", 4, "2026-12-09"), ("Chili", 3, "2026-12-10")])

print("[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in CASES) + "\n]")
