import { describe, expect, it } from 'vitest';
import { parseExpr } from '../../src/promql/index.js';
import { refusals } from './promtool.js';

/** What PromQL 2.42 accepts and refuses, mixed on purpose: promtool says which is which. */
const EXPRESSIONS = String.raw`
x offset 5m
x[0s]
x[5m:0s]
x[5m:1m]
x[5m] @ start()
x offset 5m offset 5m
x @ 5 @ 6
1 > 2
1 > bool 2
on
sum(x) + on (a) 1
1 + on() 2
x + on() 2
a and on() 1
x{__name__="y"}
{__name__="y"}
{__name__=~"y.*",a="b"}
x @ inf
time() > bool 1
rate(x[5m][5m:])
"a"
x[5m]
x{a="\d"}
x{a="\x41\u00e9\U0001F600\101\a\n"}
x{a='it\'s'}
x{a="it\'s"}
x{a=~"a**"}
x{a=~"(?=a)"}
x{a=~"(?<!a)b"}
x{a=~"(a)\\1"}
x{a=~"(?P<n>a)|[[:alpha:]]+|\\pL|\\x{1F600}"}
x{a=~"(?i)abc(?-i)d"}
x{a=~"a{1001}"}
x{a=~"a{2,1}"}
x{a=~"a{,5}"}
x{a=~"[b-a]"}
x{a=~"["}
x{a=~"("}
x{a=~")"}
x{a=~"*a"}
x{a=~"\\Qa.b\\E+"}
x{a=~"\\z\\A\\b"}
x{a=~"\\Z"}
x{a=~"\\pX"}
x{a=~"[[:nope:]]"}
x{a=~"]"}
x{a=~"a|*"}
x{a=~"(?:a|b)*?"}
x{a=~"x*+"}
x{a=~"\\8"}
x{a=~"\\_"}
x{a=~"(?P<n>a)(?P<n>b)"}
a + on(x) group_left(x) b
a + ignoring(x) group_left(x) b
a and on (x) group_left b
a and group_left b
a + group_left b
-"a"
-x[5m]
-x
+-x
- 1
x{a="b",a="c"}
{a!=""}
{a=""}
{a=~".*"}
{a=~".+"}
{}
x{}
x{,}
x{a="b",,}
x{a="b",}
x{a}
x{a=b}
x{a="b"
x{a="b}
x{a=="b"}
x{a="b" c="d"}
x{a:b="c"}
SUM(x)
sum BY (a) (x)
Rate(x[1m])
foo(x)
sum(x,y)
sum()
topk(x)
topk(1,x)
topk("a",x)
topk(scalar(y), x)
quantile(x,x)
quantile(0.5,x)
count_values("v",x)
count_values(1,x)
count_values(x,"a")
a == bool on (x) group_left(y,) b
a / on(x,) group_right b
x AND y
a unless bool b
a + bool b
0x1F + x
1e3 + x
.5 + x
5. + x
08 + x
017 + x
x[5m ]
x[ 5m]
x[5 m]
x[1h30m]
x[30m1h]
x[1.5h]
x["5m"]
x[5m
x[]
x[-5m]
x offset -5m
x offset 1y
x offset 300y
x[9999999999y]
absent(x)[5m:]
scalar(x)[5m:]
time()[5m:]
time() + x
holt_winters(x[5m],0.5,0.5)
minute()
minute(x)
round(x)
round(x,5)
round(x,1,2)
label_join(x,"d",",")
label_join(x,"d",",","a","b")
label_join(x,"d")
label_replace(x,"d","$1","s","(.*)")
label_replace(x,"d","$1","s")
label_replace(x,d,"$1","s","(.*)")
by
sum
sum by
sum by (a)
by + without
bool
x{on="a"}
sum by (on, bool, by) (x)
sum by (a b) (x)
sum by (a,) (x)
sum by (,) (x)
sum by () (x)
sum by a (x)
sum(x) by (a)
sum(x) by (a) by (b)
sum without (a) (x)
x @ start()
x@end()
x @ middle()
x @ y
x @ (1)
x @ -1.5
inf
nan
Inf + x
x[5m:] offset 5m
x[5m:] @ 5 offset 5m
x[5m] offset 5m
x offset 5m [5m]
x offset 5m [5m:]
(x)[5m]
(x)[5m:]
(x) offset 5m
sum(x) offset 5m
sum(x)[5m:] offset 5m
sum(x)(y)
clamp(x,1)
clamp(x,1,2)
vector(x)
vector(1)
scalar(1)
scalar(x)
1 and x
a atan2 b
a % b ^ c
x[5m] + 1
x + "a"
rate(x)
rate(x[5m])
rate(x[5m:])
rate(sum(x)[5m:])
rate(sum(x[5m]))
rate((x[5m]))
irate(x[5m])[5m:1m]
timestamp(x)
timestamp(x[5m])
a:b
a:b{c="e"}
group(x)
atan2
x == 1 == 2
x == == 2
x +
+ x
x y
x{a="b"} {c="d"}
x # c
sum(()) 
()
(x)
(x
x)
x]
x}
[5m]
{a="b"}[5m]
9e999 + x
day_of_week(x,y)
by(x)
'abc
"abc
absent(x[5m])
absent(sum(x))
absent_over_time(x[5m])
absent_over_time(x)
pi()
pi(1)
pi
1 == bool 1
a or b == bool 2
a && b
a || b
!a
a = b
a =~ "b"
é
a{b="é"}
a{é="b"}
0x
0b1
1__0
x[05m]
x[5m]]
(a)b
histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))
histogram_quantile(sum by (le) (rate(x_bucket[5m])), 0.9)
predict_linear(x[1h], 4 * 3600) < 0
quantile_over_time(0.9, x[5m])
quantile_over_time(x[5m], 0.9)
x > on (a) group_left () y
x > on (a) group_left y
x > on a y
x > ignoring () y
x > on () group_right (b) y
a + b offset 5m
a + b[5m:]
a + b[5m]
a or b offset 5m and c
a > b @ 5 * c
-x offset 5m
-x ^ 2
max_over_time((a > bool b)[5m:])
x{a="b"}{c="d"}
x.y
x-y
x - -y
x ? y
x;y
x and not y
if (x) y
NaN
x @ 9223372036854775
`
  .trim()
  .split('\n');

describe('agreement with promtool', () => {
  const theirs = refusals(EXPRESSIONS);

  it.each(EXPRESSIONS.map((expr, i) => [expr, theirs[i] ?? null] as const))('%s', (expr, reason) => {
    const { expr: parsed, problems } = parseExpr(expr);
    expect({ accepted: parsed !== null, problems: problems.length > 0 }, reason ?? 'accepted').toEqual({
      accepted: reason === null,
      problems: reason !== null,
    });
    for (const problem of problems) {
      expect(problem.start).toBeGreaterThanOrEqual(0);
      expect(problem.end).toBeGreaterThanOrEqual(problem.start);
      expect(problem.end).toBeLessThanOrEqual(expr.length);
    }
  });
});
