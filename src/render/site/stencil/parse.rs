//! Reading templates, as far as a stencil can follow them: `None` wherever it can't.

use std::collections::BTreeMap;

use super::drawings::Drawings;
use super::{Expr, Name, Piece, Stencil, Step};

/// Reads a template with all that it extends and calls.
pub(super) fn stencil(
    template: &str,
    sources: &BTreeMap<&str, &str>,
    globals: &[&str],
) -> Option<Stencil> {
    let mut files: BTreeMap<&str, File<'_>> = BTreeMap::new();
    for (name, source) in sources {
        // One that is not understood may be one that is not needed.
        files.extend(file(source).map(|file| (*name, file)));
    }
    let mut at = files.get(template)?;
    let mut blocks: BTreeMap<&str, &[Node<'_>]> = BTreeMap::new();
    let mut above = vec![template];
    loop {
        gather(&at.nodes, &mut blocks);
        let Some(name) = at.extends else { break };
        if above.contains(&name) {
            return None;
        }
        above.push(name);
        at = files.get(name)?;
    }
    let mut compiler = Compiler {
        files: &files,
        blocks,
        called: Vec::new(),
        components: Vec::new(),
        closed: 0,
    };
    let mut scope = globals.to_vec();
    let pieces = compiler.pieces(&at.nodes, &mut scope)?;
    while let Some(component) = compiler.called.get(compiler.components.len()).copied() {
        let mut scope = component.parameters.clone();
        let pieces = compiler.pieces(&component.nodes, &mut scope)?;
        compiler.components.push(pieces);
    }
    Some(Stencil {
        pieces,
        components: compiler.components,
        drawings: Drawings::default(),
    })
}

/// A template as it is written, names not yet looked up.
struct File<'s> {
    extends: Option<&'s str>,
    nodes: Vec<Node<'s>>,
    components: BTreeMap<&'s str, Component<'s>>,
}

struct Component<'s> {
    parameters: Vec<&'s str>,
    nodes: Vec<Node<'s>>,
}

enum Node<'s> {
    Words(&'s str),
    Place(Said<'s>),
    Raw(Said<'s>),
    Choice(Vec<(Option<Said<'s>>, Vec<Self>)>),
    Each(&'s str, Said<'s>, Vec<Self>),
    Call(&'s str, Vec<(&'s str, Said<'s>)>),
    Block(&'s str, Vec<Self>),
}

/// An expression as it is written.
enum Said<'s> {
    Path(Vec<Way<'s>>),
    Text(&'s str),
    Truth(bool),
    Not(Box<Self>),
    Both(Box<Self>, Box<Self>),
    Either(Box<Self>, Box<Self>),
    Same(Box<Self>, Box<Self>),
}

enum Way<'s> {
    Name(&'s str),
    At(usize),
}

/// The blocks of a template that none extending it has replaced.
fn gather<'f, 's>(nodes: &'f [Node<'s>], blocks: &mut BTreeMap<&'s str, &'f [Node<'s>]>) {
    for node in nodes {
        match node {
            Node::Block(name, inside) => {
                blocks.entry(name).or_insert(inside);
                gather(inside, blocks);
            }
            Node::Choice(branches) => {
                branches
                    .iter()
                    .for_each(|(_, inside)| gather(inside, blocks));
            }
            Node::Each(_, _, inside) => gather(inside, blocks),
            _ => {}
        }
    }
}

/// Looks names up.
struct Compiler<'f, 's> {
    files: &'f BTreeMap<&'s str, File<'s>>,
    blocks: BTreeMap<&'s str, &'f [Node<'s>]>,
    /// The components called so far.
    called: Vec<&'f Component<'s>>,
    components: Vec<Vec<Piece>>,
    /// Pieces for lists so far that refer to nothing but what is in the list.
    closed: usize,
}

impl<'f, 's> Compiler<'f, 's> {
    fn pieces(&mut self, nodes: &'f [Node<'s>], scope: &mut Vec<&'s str>) -> Option<Vec<Piece>> {
        let mut pieces = Vec::new();
        for node in nodes {
            pieces.push(match node {
                Node::Words(words) => Piece::Words((*words).to_owned()),
                Node::Place(said) => Piece::Place(expr(said, scope)?),
                Node::Raw(said) => Piece::Raw(expr(said, scope)?),
                Node::Choice(branches) => {
                    let mut made = Vec::new();
                    for (condition, inside) in branches {
                        let condition = match condition {
                            Some(said) => Some(expr(said, scope)?),
                            None => None,
                        };
                        made.push((condition, self.pieces(inside, scope)?));
                    }
                    Piece::Choice(made)
                }
                Node::Each(name, of, inside) => {
                    let of = expr(of, scope)?;
                    scope.push(name);
                    let inside = self.pieces(inside, scope);
                    scope.pop();
                    let inside = inside?;
                    let is_closed = inside.iter().all(|piece| is_within(piece, scope.len()));
                    self.closed += usize::from(is_closed);
                    Piece::Each(of, inside, is_closed.then_some(self.closed))
                }
                Node::Call(name, arguments) => {
                    let (at, component) = self.component(name)?;
                    if arguments.len() != component.parameters.len() {
                        return None;
                    }
                    let given = component.parameters.iter().map(|parameter| {
                        let (_, said) = arguments.iter().find(|(name, _)| name == parameter)?;
                        expr(said, scope)
                    });
                    Piece::Call(at, given.collect::<Option<_>>()?)
                }
                Node::Block(name, _) => {
                    let inside = *self.blocks.get(name)?;
                    pieces.extend(self.pieces(inside, scope)?);
                    continue;
                }
            });
        }
        Some(pieces)
    }

    fn component(&mut self, name: &str) -> Option<(usize, &'f Component<'s>)> {
        let mut found = self
            .files
            .values()
            .filter_map(|file| file.components.get(name));
        let component = found.next()?;
        let known = self
            .called
            .iter()
            .position(|each| std::ptr::eq(*each, component));
        let at = known.unwrap_or_else(|| {
            self.called.push(component);
            self.called.len() - 1
        });
        Some((at, component))
    }
}

/// Whether a piece refers to no value at a place before `first`.
fn is_within(piece: &Piece, first: usize) -> bool {
    let are_within = |pieces: &[Piece]| pieces.iter().all(|piece| is_within(piece, first));
    match piece {
        Piece::Words(_) => true,
        Piece::Place(expr) | Piece::Raw(expr) => looks_within(expr, first),
        Piece::Choice(branches) => branches.iter().all(|(condition, pieces)| {
            let condition = condition.as_ref();
            condition.is_none_or(|expr| looks_within(expr, first)) && are_within(pieces)
        }),
        Piece::Each(expr, pieces, _) => looks_within(expr, first) && are_within(pieces),
        Piece::Call(_, arguments) => arguments.iter().all(|expr| looks_within(expr, first)),
    }
}

fn looks_within(expr: &Expr, first: usize) -> bool {
    match expr {
        Expr::Path(place, _) => *place >= first,
        Expr::Text(_) | Expr::Truth(_) => true,
        Expr::Not(of) => looks_within(of, first),
        Expr::Both(one, other) | Expr::Either(one, other) | Expr::Same(one, other) => {
            looks_within(one, first) && looks_within(other, first)
        }
    }
}

fn expr(said: &Said<'_>, scope: &[&str]) -> Option<Expr> {
    let inner = |said: &Said<'_>| expr(said, scope).map(Box::new);
    Some(match said {
        Said::Path(ways) => {
            let (Way::Name(first), rest) = ways.split_first()? else {
                return None;
            };
            let place = scope.iter().rposition(|name| name == first)?;
            let steps = rest.iter().map(|way| match way {
                Way::Name(name) => Name::of(name).map(Step::Field),
                Way::At(at) => Some(Step::At(*at)),
            });
            Expr::Path(place, steps.collect::<Option<_>>()?)
        }
        Said::Text(text) => Expr::Text((*text).to_owned()),
        Said::Truth(truth) => Expr::Truth(*truth),
        Said::Not(of) => Expr::Not(inner(of)?),
        Said::Both(one, other) => Expr::Both(inner(one)?, inner(other)?),
        Said::Either(one, other) => Expr::Either(inner(one)?, inner(other)?),
        Said::Same(one, other) => Expr::Same(inner(one)?, inner(other)?),
    })
}

/// Reads a file.
fn file(source: &str) -> Option<File<'_>> {
    let mut reader = Reader {
        parts: cut(source)?,
        at: 0,
        extends: None,
        components: BTreeMap::new(),
    };
    let (nodes, end) = reader.nodes()?;
    end.is_empty().then_some(File {
        extends: reader.extends,
        nodes,
        components: reader.components,
    })
}

/// A part of a template.
enum Part<'s> {
    Words(&'s str),
    /// `{{ … }}`
    Place(Vec<Token<'s>>),
    /// `{% … %}`
    Tag(Vec<Token<'s>>),
}

/// Cuts a template at its tags; a dash inside a tag takes away the space beside it.
fn cut(source: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = source;
    let mut is_trimmed = false;
    loop {
        let start = rest
            .match_indices('{')
            .map(|(at, _)| at)
            .find(|at| matches!(rest.as_bytes().get(at + 1), Some(b'{' | b'%' | b'#')));
        let words = &rest[..start.unwrap_or(rest.len())];
        let words = if is_trimmed {
            words.trim_start()
        } else {
            words
        };
        let Some(start) = start else {
            parts.push(Part::Words(words));
            return Some(parts);
        };
        let kind = rest.as_bytes()[start + 1];
        let end = match kind {
            b'{' => "}}",
            b'%' => "%}",
            _ => "#}",
        };
        let inside = &rest[start + 2..];
        let length = inside.find(end)?;
        rest = &inside[length + 2..];
        let inside = &inside[..length];
        let (inside, is_before) = match inside.strip_prefix('-') {
            Some(inside) => (inside, true),
            None => (inside, false),
        };
        let (inside, is_after) = match inside.strip_suffix('-') {
            Some(inside) => (inside, true),
            None => (inside, false),
        };
        is_trimmed = is_after;
        let words = if is_before { words.trim_end() } else { words };
        parts.push(Part::Words(words));
        match kind {
            b'{' => parts.push(Part::Place(tokens(inside)?)),
            b'%' => parts.push(Part::Tag(tokens(inside)?)),
            _ => {}
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'s> {
    Word(&'s str),
    Text(&'s str),
    Number(usize),
    Sign(&'s str),
}

const SIGNS: [&str; 14] = [
    "==", "/>", "<", "=", "{", "}", "[", "]", "(", ")", ",", ".", "|", "!",
];

fn tokens(source: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = source.trim_start();
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii_digit() {
            let length = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
            tokens.push(Token::Number(rest[..length].parse().ok()?));
            length
        } else if is_of_word(first) {
            let length = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
            tokens.push(Token::Word(&rest[..length]));
            length
        } else if first == '"' {
            let length = rest[1..].find('"')?;
            let text = &rest[1..=length];
            tokens.push(Token::Text((!text.contains('\\')).then_some(text)?));
            length + 2
        } else {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
            tokens.push(Token::Sign(sign));
            sign.len()
        };
        rest = rest[length..].trim_start();
    }
    Some(tokens)
}

/// Reads the parts of a file.
struct Reader<'s> {
    parts: Vec<Part<'s>>,
    at: usize,
    extends: Option<&'s str>,
    components: BTreeMap<&'s str, Component<'s>>,
}

impl<'s> Reader<'s> {
    /// Nodes up to a tag that belongs to what holds them, and that tag; no tag at the end of the file.
    fn nodes(&mut self) -> Option<(Vec<Node<'s>>, Vec<Token<'s>>)> {
        let mut nodes = Vec::new();
        while self.at < self.parts.len() {
            self.at += 1;
            match &self.parts[self.at - 1] {
                Part::Words("") => {}
                Part::Words(words) => nodes.push(Node::Words(words)),
                Part::Place(tokens) => nodes.push(place(tokens)?),
                Part::Tag(tokens) => {
                    let tokens = tokens.clone();
                    match tokens.first()? {
                        Token::Word("if") => nodes.push(self.choice(&tokens[1..])?),
                        Token::Word("for") => nodes.push(self.each(&tokens[1..])?),
                        Token::Word("block") => {
                            let [_, Token::Word(name)] = *tokens else {
                                return None;
                            };
                            let (inside, end) = self.nodes()?;
                            is_end(&end, "endblock", name).then_some(())?;
                            nodes.push(Node::Block(name, inside));
                        }
                        Token::Word("component") => self.component(&tokens[1..])?,
                        Token::Word("extends") => {
                            let [_, Token::Text(name)] = *tokens else {
                                return None;
                            };
                            self.extends = Some(name);
                        }
                        _ => return Some((nodes, tokens)),
                    }
                }
            }
        }
        Some((nodes, Vec::new()))
    }

    fn choice(&mut self, condition: &[Token<'s>]) -> Option<Node<'s>> {
        let mut branches = Vec::new();
        let mut condition = Some(whole(condition)?);
        loop {
            let (inside, end) = self.nodes()?;
            let is_last = condition.is_none();
            branches.push((condition.take(), inside));
            match end.as_slice() {
                [Token::Word("endif")] => return Some(Node::Choice(branches)),
                [Token::Word("else")] if !is_last => {}
                [Token::Word("elif"), rest @ ..] if !is_last => condition = Some(whole(rest)?),
                _ => return None,
            }
        }
    }

    fn each(&mut self, tokens: &[Token<'s>]) -> Option<Node<'s>> {
        let [Token::Word(name), Token::Word("in"), of @ ..] = tokens else {
            return None;
        };
        let of = whole(of)?;
        let (inside, end) = self.nodes()?;
        (end == [Token::Word("endfor")]).then_some(Node::Each(name, of, inside))
    }

    fn component(&mut self, tokens: &[Token<'s>]) -> Option<()> {
        let [
            Token::Word(name),
            Token::Sign("("),
            list @ ..,
            Token::Sign(")"),
        ] = tokens
        else {
            return None;
        };
        let parameters = list
            .split(|token| *token == Token::Sign(","))
            .map(|each| match each {
                [Token::Word(name)] => Some(*name),
                _ => None,
            })
            .collect::<Option<Vec<_>>>()?;
        let (nodes, end) = self.nodes()?;
        is_end(&end, "endcomponent", name).then_some(())?;
        let component = Component { parameters, nodes };
        self.components
            .insert(name, component)
            .is_none()
            .then_some(())
    }
}

/// Whether a tag ends what is called `name`.
fn is_end(tag: &[Token<'_>], word: &str, name: &str) -> bool {
    matches!(tag, [Token::Word(first), rest @ ..]
        if *first == word && (rest.is_empty() || rest == [Token::Word(name)]))
}

/// What stands between `{{` and `}}`: a value, a value as it is, or a call.
fn place<'s>(tokens: &[Token<'s>]) -> Option<Node<'s>> {
    match tokens {
        [
            Token::Sign("<"),
            Token::Word(name),
            rest @ ..,
            Token::Sign("/>"),
        ] => Some(Node::Call(name, arguments(rest)?)),
        [of @ .., Token::Sign("|"), Token::Word("safe")] => Some(Node::Raw(path(of)?)),
        of => Some(Node::Place(path(of)?)),
    }
}

/// A value that is written out: nothing but the way to it.
fn path<'s>(tokens: &[Token<'s>]) -> Option<Said<'s>> {
    let said = whole(tokens)?;
    matches!(said, Said::Path(_)).then_some(said)
}

fn arguments<'s>(tokens: &[Token<'s>]) -> Option<Vec<(&'s str, Said<'s>)>> {
    let mut arguments = Vec::new();
    let mut rest = tokens;
    while let [Token::Word(name), Token::Sign("="), after @ ..] = rest {
        let said;
        (said, rest) = match after {
            [Token::Text(text), after @ ..] => (Said::Text(text), after),
            [Token::Sign("{"), inside @ ..] => {
                let end = inside.iter().position(|token| *token == Token::Sign("}"))?;
                (whole(&inside[..end])?, &inside[end + 1..])
            }
            _ => return None,
        };
        arguments.push((*name, said));
    }
    rest.is_empty().then_some(arguments)
}

/// An expression of all these tokens.
fn whole<'s>(tokens: &[Token<'s>]) -> Option<Said<'s>> {
    let (said, rest) = either(tokens)?;
    rest.is_empty().then_some(said)
}

type Read<'t, 's> = Option<(Said<'s>, &'t [Token<'s>])>;

fn either<'t, 's>(tokens: &'t [Token<'s>]) -> Read<'t, 's> {
    let (mut said, mut rest) = both(tokens)?;
    while let [Token::Word("or"), after @ ..] = rest {
        let other;
        (other, rest) = both(after)?;
        said = Said::Either(Box::new(said), Box::new(other));
    }
    Some((said, rest))
}

fn both<'t, 's>(tokens: &'t [Token<'s>]) -> Read<'t, 's> {
    let (mut said, mut rest) = not(tokens)?;
    while let [Token::Word("and"), after @ ..] = rest {
        let other;
        (other, rest) = not(after)?;
        said = Said::Both(Box::new(said), Box::new(other));
    }
    Some((said, rest))
}

fn not<'t, 's>(tokens: &'t [Token<'s>]) -> Read<'t, 's> {
    if let [Token::Word("not"), after @ ..] = tokens {
        let (said, rest) = not(after)?;
        return Some((Said::Not(Box::new(said)), rest));
    }
    let (one, rest) = single(tokens)?;
    if let [Token::Sign("=="), after @ ..] = rest {
        let (other, rest) = single(after)?;
        return Some((Said::Same(Box::new(one), Box::new(other)), rest));
    }
    Some((one, rest))
}

fn single<'t, 's>(tokens: &'t [Token<'s>]) -> Read<'t, 's> {
    match tokens {
        [Token::Text(text), rest @ ..] => Some((Said::Text(text), rest)),
        [Token::Word("true"), rest @ ..] => Some((Said::Truth(true), rest)),
        [Token::Word("false"), rest @ ..] => Some((Said::Truth(false), rest)),
        // Words of Tera's own mean something else than a value.
        [
            Token::Word("not" | "and" | "or" | "in" | "is" | "if" | "else" | "loop" | "none"),
            ..,
        ] => None,
        [Token::Word(name), rest @ ..] => {
            let mut ways = vec![Way::Name(name)];
            let mut rest = rest;
            loop {
                rest = match rest {
                    [Token::Sign("."), Token::Word(name), after @ ..] => {
                        ways.push(Way::Name(name));
                        after
                    }
                    [
                        Token::Sign("["),
                        Token::Number(at),
                        Token::Sign("]"),
                        after @ ..,
                    ] => {
                        ways.push(Way::At(*at));
                        after
                    }
                    _ => return Some((Said::Path(ways), rest)),
                };
            }
        }
        _ => None,
    }
}
