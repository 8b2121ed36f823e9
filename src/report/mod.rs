//! The pages' content, free of any medium: what is said, shown and linked on each page, in each language.

mod model;

pub use model::{
    Align, Bar, Block, Cell, Chart, Column, DayBar, Dot, Download, KeyFigure, Ladder, Link, Mark,
    MemberDot, Page, PageKind, Part, Rich, Row, Span, Table, Target,
};
