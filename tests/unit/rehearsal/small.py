"""A small rulebook in its folder, which the tests read, play and spoil."""

from services.scoring.application.rehearsal.folder import Folder, read_folder

ORGANISATION = """\
organisation: {name: town, title: 小镇, time_zone: Asia/Shanghai}
outlets:
  - {name: daily, title: 日报, tier: district, medium: newspaper, from: 2014-01-01}
  - {name: daily, title: 日报, tier: city, medium: newspaper, from: 2014-06-01}
departments:
  - {name: office, title: 办公室, group: inner, tags: [key], facts: {staff: 10}, from: 2014-01-01}
  - {name: culture, title: 文化站, group: inner, from: 2014-01-01}
  - {name: library, title: 图书馆, group: outer, from: 2014-02-01, until: 2014-05-31}
persons:
  - {name: wang, title: 王, department: office, roles: [correspondent], facts: {goal: 2}}
  - {name: li, title: 李, department: culture, from: 2014-03-01}
"""

SCHEME = """\
scheme: small
version: 1
title: 考核办法
effective: {from: 2014-01-01}
time_zone: Asia/Shanghai
facts: {staff: {}}
calendars:
  week: {every: week}
  month: {every: month}
  campaign: {from: 2014-03-01}
kinds:
  report:
    title: 信息
    attributes:
      topic: {type: choice, of: [progress, problem]}
      pages: {type: integer, min: 1, max: 9}
    review:
      - {when: {topic: problem}, stages: [section, office]}
      - {stages: [office]}
  photo: {attributes: {file: {type: files, required: true}}}
outlets_by: tier
measures:
  reports: {title: 报送, cite: 每报送1条计1分, count: submitted, where: {kind: report}, persons: {}}
  adoption:
    count: adopted
    amount: {by: tier, table: {district: 5, city: 20}}
    per_item: highest
    credit: each
  extra: {count: adjusted, where: {category: extra}, amount: value}
  answered: {count: answered, where: {on_time: true}}
quotas:
  weekly:
    title: 每周1条
    cite: 每周不少于1条
    measure: reports
    calendar: week
    at_least: 1
    applies_to: {tags: [key]}
    due: {after_end: P0D}
    remind: [P1D]
lines:
  total: {title: 总分, cite: 总分为各项之和, formula: reports + adoption + extra}
  missed_weeks: missed(weekly)
  own: {formula: reports, subject: person}
scorecards:
  month: {lines: [total, missed_weeks], final_after: P5D, rank: {by: total, within: group, awards: {inner: 1}}}
  campaign: {lines: [total]}
  persons: {calendar: month, subject: person, lines: [own]}
bulletins:
  monthly: {calendar: month, issue: {after_close: P1D}}
"""

EXAMPLES = """\
examples:
  - title: 报送1条
    departments: [office]
    happenings:
      - {at: 2014-03-04T10:00, submit: report, by: office}
    expect:
      - {of: office, calendar: month, period: 2014-03, lines: {total: 1}}
"""


def example(body: str) -> str:
    """A file of examples with one: ``body`` is what stands behind its title."""
    lines = "".join(f"    {line}\n" if line.strip() else "\n" for line in body.strip("\n").splitlines())
    return f"examples:\n  - title: 例子\n{lines}"


def folder(examples: str = EXAMPLES, scheme: str = SCHEME, organisation: str = ORGANISATION) -> Folder:
    """The folder with some of its texts replaced. Raises FolderMistakes."""
    return read_folder({"organisation.yaml": organisation, "scheme.yaml": scheme, "examples.yaml": examples})
