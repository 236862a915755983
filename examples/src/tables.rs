//! Tables for people.

use comfy_table::{Cell, CellAlignment, ContentLineStyle, LineStyle, Table, TableStyle};

/// Columns apart by a bar, headings by a line; no frame.
const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none().junction('|'))
    .header_separator(LineStyle::none().fill('-').junction('+'))
    .content_lines(ContentLineStyle::none().junction('|'));

/// A column: its heading, and whether its values are numbers (set to the right).
pub type Column<'a> = (&'a str, bool);

/// Rows under headings.
///
/// ```
/// use coalition_examples::tables::{number, table};
/// let text = table(&[("party", false), ("points", true)], [["shop", &number(12_345)], ["inn", "7"]]);
/// assert_eq!(text, " party | points\n-------+--------\n shop  | 12,345\n inn   |      7");
/// ```
pub fn table<R, T>(columns: &[Column<'_>], rows: impl IntoIterator<Item = R>) -> String
where
    R: IntoIterator<Item = T>,
    T: ToString,
{
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_header(columns.iter().map(|(heading, is_number)| cell(heading, *is_number)));
    for row in rows {
        let kinds = columns.iter().map(|(_, is_number)| *is_number).chain(std::iter::repeat(false));
        table.add_row(row.into_iter().zip(kinds).map(|(value, is_number)| cell(&value.to_string(), is_number)));
    }
    table.trim_fmt()
}

fn cell(text: &str, is_number: bool) -> Cell {
    Cell::new(text).set_alignment(if is_number { CellAlignment::Right } else { CellAlignment::Left })
}

/// A whole number with commas between thousands.
///
/// ```
/// use coalition_examples::tables::number;
/// assert_eq!([number(7), number(-1_234), number(1_234_567)], ["7", "-1,234", "1,234,567"]);
/// ```
pub fn number(value: impl Into<i128>) -> String {
    let value = value.into();
    let digits = value.unsigned_abs().to_string();
    let mut text = String::from(if value < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
