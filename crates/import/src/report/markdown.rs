//! The report as Markdown that also reads well in a terminal.

use std::fmt::Write;

use super::{Bias, Finding, Report, ResourceLine, Severity};

/// Width of a paragraph.
const WIDTH: usize = 100;

pub(super) fn write(report: &Report) -> String {
    let mut out = format!("# What was made of {}\n", report.file);
    out.push_str("\nFound, assumed, dropped: in this order, with line numbers of the log.\n\n");
    let label_width =
        report.figures.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    let _ = writeln!(out, "| {:label_width$} | figure |", "");
    let _ = writeln!(out, "| {} | --- |", "-".repeat(label_width.max(3)));
    for (label, figure) in &report.figures {
        let _ = writeln!(out, "| {label:label_width$} | {figure} |");
    }
    for (severity, heading) in
        [(Severity::Found, "Found"), (Severity::Assumed, "Assumed"), (Severity::Dropped, "Dropped")]
    {
        let findings: Vec<&Finding> =
            report.findings.iter().filter(|finding| finding.severity == severity).collect();
        if !findings.is_empty() {
            let _ = write!(out, "\n## {heading}\n\n");
            for finding in findings {
                write_finding(&mut out, finding);
            }
        }
    }
    write_resources(&mut out, &report.resources);
    write_comparison(&mut out, &report.comparison);
    out
}

fn write_finding(out: &mut String, finding: &Finding) {
    let share = match (finding.count, finding.of) {
        (0, 0) => String::new(),
        (count, 0) => format!(" **{count}.**"),
        (count, of) => {
            format!(" **{count} of {of} ({:.1} %).**", 100.0 * count as f64 / of as f64)
        }
    };
    let mut text = format!("- `{}`{share} {}", finding.code, finding.text);
    if !finding.overrule.is_empty() {
        let _ = write!(text, " To overrule: {}.", finding.overrule);
    }
    wrap(out, &text, "  ");
    for example in &finding.examples {
        let at = if example.line == 0 { String::new() } else { format!("line {}: ", example.line) };
        wrap(out, &format!("  - {at}{}", example.text), "    ");
    }
}

fn write_resources(out: &mut String, resources: &[ResourceLine]) {
    const SHOWN: usize = 60;
    if resources.is_empty() {
        return;
    }
    out.push_str(
        "\n## Resources\n\nWork: recorded or filled in. Inside: share of the time seen at work that lies in \
         the calendar.\nUsed: work over what calendar and capacity offer from the first day of the log to \
         the last.\n\n",
    );
    let width = resources.iter().take(SHOWN).map(|line| line.id.chars().count()).max().unwrap_or(8);
    let width = width.max(8);
    let _ = writeln!(
        out,
        "| {:width$} | operations | work h | capacity | h a week | inside | used | calendar |",
        "resource"
    );
    let _ = writeln!(
        out,
        "| {} | ---------: | -----: | -------: | -------: | -----: | ---: | --- |",
        "-".repeat(width)
    );
    for line in resources.iter().take(SHOWN) {
        let _ = writeln!(
            out,
            "| {:width$} | {:>10} | {:>6.0} | {:>8} | {:>8.1} | {:>4.0} % | {:>2.0} % | {} |",
            line.id,
            line.operations,
            line.work_h,
            line.capacity,
            line.week_h,
            100.0 * line.inside,
            100.0 * line.used,
            line.calendar
        );
    }
    if SHOWN < resources.len() {
        let _ = writeln!(out, "\nand {} more, with less work.", resources.len() - SHOWN);
    }
}

fn write_comparison(out: &mut String, comparison: &[Bias]) {
    if comparison.is_empty() {
        return;
    }
    out.push_str("\n## Comparing a plan with what happened\n");
    for (kind, heading) in [(true, "Kind to the plan:"), (false, "Unkind to the plan:")] {
        let _ = write!(out, "\n{heading}\n\n");
        for bias in comparison.iter().filter(|bias| bias.kind_to_plan == kind) {
            wrap(out, &format!("- {}", bias.text), "  ");
        }
    }
}

/// Breaks a text at spaces, later lines indented.
fn wrap(out: &mut String, text: &str, indent: &str) {
    let mut width = 0;
    let lead: String = text.chars().take_while(|c| *c == ' ').collect();
    out.push_str(&lead);
    width += lead.len();
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if lead.len() < width && WIDTH < width + 1 + length {
            out.push('\n');
            out.push_str(indent);
            width = indent.len();
        } else if lead.len() < width {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += length;
    }
    out.push('\n');
}
