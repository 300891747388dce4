//! A difference in English and Chinese.

use weft_model::{Millis, Timestamp, Title};

use super::{CostChange, Difference, Move};

/// How many jobs and resources are named.
const NAMED: usize = 5;

/// How the reader calls things, by their indices in the problem.
pub struct Names<'a> {
    /// A job: an order, a case, a sample.
    pub job: &'a dyn Fn(usize) -> Title,
    /// An operation.
    pub operation: &'a dyn Fn(usize) -> Title,
    /// A resource.
    pub resource: &'a dyn Fn(usize) -> Title,
    /// An instant, in the reader's time zone.
    pub instant: &'a dyn Fn(Timestamp) -> String,
    /// How long something lasts.
    pub span: &'a dyn Fn(Millis) -> String,
}

impl Difference {
    /// A sentence for each thing that differs: what moves, what comes in another order, what ends when, what it
    /// costs.
    pub fn text(&self, names: &Names) -> Vec<Title> {
        if self.is_none() {
            return vec![title("the two plans are the same", "两个计划相同")];
        }
        let mut lines = Vec::new();
        self.moves(names, &mut lines);
        self.other_resources(names, &mut lines);
        self.orders(names, &mut lines);
        self.ends(names, &mut lines);
        self.costs(names, &mut lines);
        lines
    }

    fn moves(&self, names: &Names, lines: &mut Vec<Title>) {
        let (moved, all) = (self.moves.len(), self.operations);
        let earlier: Vec<Millis> =
            self.moves.iter().map(|it| it.by).filter(|it| *it < Millis::ZERO).collect();
        let later: Vec<Millis> =
            self.moves.iter().map(|it| it.by).filter(|it| Millis::ZERO < *it).collect();
        let mut en = format!("{moved} of {all} operations move");
        let mut zh = format!("{all} 道工序中有 {moved} 道变动");
        if !earlier.is_empty() {
            let mean = (names.span)(mean(&earlier));
            en = format!("{en}, {} start earlier (by {mean} in the mean)", earlier.len());
            zh = format!("{zh}，{} 道提前开始（平均 {mean}）", earlier.len());
        }
        if !later.is_empty() {
            let mean = (names.span)(mean(&later));
            en = format!("{en}, {} start later (by {mean} in the mean)", later.len());
            zh = format!("{zh}，{} 道推迟开始（平均 {mean}）", later.len());
        }
        lines.push(Title { en, zh });
        for (operations, en, zh) in [
            (self.new.len(), "are new in the plan", "新排入计划"),
            (self.gone.len(), "are no longer in the plan", "不再在计划内"),
        ] {
            if 0 < operations {
                lines.push(title(
                    &format!("{operations} operations {en}"),
                    &format!("{operations} 道工序{zh}"),
                ));
            }
        }
    }

    fn other_resources(&self, names: &Names, lines: &mut Vec<Title>) {
        let elsewhere: Vec<&Move> = self.moves.iter().filter(|it| it.resources.is_some()).collect();
        for it in elsewhere.iter().take(NAMED) {
            let Some((from, to)) = &it.resources else { continue };
            let what = (names.operation)(it.operation);
            let (from, to) = (list(from, names.resource), list(to, names.resource));
            lines.push(Title {
                en: format!("{} goes from {} to {}", what.en, from.en, to.en),
                zh: format!("“{}”由{}改到{}", what.zh, from.zh, to.zh),
            });
        }
        if let Some(more @ 1..) = elsewhere.len().checked_sub(NAMED) {
            lines.push(title(
                &format!("{more} more operations go to other resources"),
                &format!("另有 {more} 道工序改用其他资源"),
            ));
        }
    }

    fn orders(&self, names: &Names, lines: &mut Vec<Title>) {
        let mut by_size: Vec<_> = self.reordered.iter().collect();
        by_size.sort_by_key(|it| (std::cmp::Reverse(it.operations.len()), it.resource));
        for it in by_size.iter().take(NAMED) {
            let on = (names.resource)(it.resource);
            let count = it.operations.len();
            let first: Vec<usize> = it.operations.iter().copied().take(3).collect();
            let first = list(&first, names.operation);
            lines.push(Title {
                en: match count {
                    1 => format!("on {} one operation changes places: {}", on.en, first.en),
                    _ => format!("on {} {count} operations change places: {}", on.en, first.en),
                },
                zh: format!("{}上有 {count} 道工序换了顺序：{}", on.zh, first.zh),
            });
        }
        if let Some(more @ 1..) = by_size.len().checked_sub(NAMED) {
            lines.push(title(
                &format!("the order changes on {more} more resources"),
                &format!("另有 {more} 个资源上的顺序有变"),
            ));
        }
    }

    fn ends(&self, names: &Names, lines: &mut Vec<Title>) {
        let earlier = self.jobs.iter().filter(|it| it.by().is_some_and(|by| by < Millis::ZERO));
        let later = self.jobs.iter().filter(|it| it.by().is_some_and(|by| Millis::ZERO < by));
        for (jobs, en, zh) in [
            (earlier.collect::<Vec<_>>(), "earlier", "提前"),
            (later.collect::<Vec<_>>(), "later", "推迟"),
        ] {
            for it in jobs.iter().take(NAMED) {
                let (what, by) = ((names.job)(it.job), it.by().unwrap_or(Millis::ZERO));
                let by = (names.span)(Millis::new(by.get().abs()));
                let (on_time_en, on_time_zh) = match it.late {
                    (true, false) => (" and is in time now", "，现已按期"),
                    (false, true) => (" and is late now", "，现已逾期"),
                    _ => ("", ""),
                };
                lines.push(Title {
                    en: format!("{} ends {by} {en}{on_time_en}", what.en),
                    zh: format!("{}{zh} {by} 完成{on_time_zh}", what.zh),
                });
            }
            if let Some(more @ 1..) = jobs.len().checked_sub(NAMED) {
                lines.push(title(
                    &format!("{more} more end {en}"),
                    &format!("另有 {more} 个{zh}完成"),
                ));
            }
        }
    }

    fn costs(&self, names: &Names, lines: &mut Vec<Title>) {
        if self.unplaced.0 != self.unplaced.1 {
            let (before, after) = self.unplaced;
            lines.push(title(
                &format!("{after} operations have no place instead of {before}"),
                &format!("无法排入的工序由 {before} 道变为 {after} 道"),
            ));
        }
        lines.extend(self.cost.iter().map(|it| it.text(names)));
        if self.cost.is_empty() {
            lines.push(title("it costs the same", "代价相同"));
        }
    }
}

impl CostChange {
    /// In words.
    pub fn text(&self, names: &Names) -> Title {
        let what = self.measure.title();
        let text = |amount: i128| self.measure.text(amount, names.span);
        let [before, after] = [self.before, self.after].map(text);
        let by = text((self.after - self.before).abs());
        let (en, zh) =
            if self.before < self.after { ("more", "增加") } else { ("less", "减少") };
        Title {
            en: format!("{}: {by} {en} ({after} instead of {before})", what.en),
            zh: format!("{}：{zh} {by}（由 {before} 变为 {after}）", what.zh),
        }
    }
}

fn mean(spans: &[Millis]) -> Millis {
    let sum: i128 = spans.iter().map(|it| i128::from(it.get()).abs()).sum();
    Millis::new((sum / (spans.len().max(1) as i128)) as i64)
}

fn list(these: &[usize], name: &dyn Fn(usize) -> Title) -> Title {
    let titles: Vec<Title> = these.iter().map(|it| name(*it)).collect();
    let join = |texts: Vec<&str>, by: &str| texts.join(by);
    let en = join(titles.iter().map(|it| it.en.as_str()).collect(), ", ");
    let zh = join(titles.iter().map(|it| it.zh.as_str()).collect(), "、");
    let empty = |text: String, none: &str| if text.is_empty() { none.to_owned() } else { text };
    Title { en: empty(en, "nothing"), zh: empty(zh, "无") }
}

fn title(en: &str, zh: &str) -> Title {
    Title { en: en.to_owned(), zh: zh.to_owned() }
}
