// Looks things up in the index beside this page. What it shows is set as text, never as markup, and what is typed goes nowhere.
// The index comes in scripts, because a page opened from a folder may load scripts but not read files.
'use strict'
;(() => {
  const form = document.querySelector('form.search')
  const status = document.querySelector('.search-status')
  const list = document.querySelector('.search-found')
  const more = document.querySelector('.search-more')
  const input = form.elements.q
  const words = form.dataset
  const lang = document.documentElement.lang
  const AT_ONCE = 10

  // A file of the index by its name; each is a script that calls answerableIndex(name, value).
  const waiting = new Map()
  const loaded = new Map()
  globalThis.answerableIndex = (name, value) => waiting.get(name)?.(value)
  const load = (name, version) => {
    if (!loaded.has(name)) {
      loaded.set(name, new Promise((done, failed) => {
        const script = document.createElement('script')
        script.src = `${name}.js?${version}`
        script.onerror = () => {
          loaded.delete(name)
          failed(new Error(name))
        }
        waiting.set(name, done)
        document.head.append(script)
      }))
    }
    return loaded.get(name)
  }

  // The terms of a text with their places, cut as the program cuts them: see terms.rs.
  const unspaced = /[\u3005\u3007\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\u{20000}-\u{3FFFF}]/u
  const letter = /[\p{Alphabetic}\p{N}]/u
  const stem = (word) => {
    const short = Array.from(word).slice(0, 32).join('')
    if (!/^[a-z]{3,}s$/.test(short)) return short
    if (/ies$/.test(short) && !/[ea]ies$/.test(short)) return short.slice(0, -3) + 'y'
    if (/es$/.test(short) && !/[aeo]es$/.test(short)) return short.slice(0, -1)
    return /[us]s$/.test(short) ? short : short.slice(0, -1)
  }
  const cut = (text) => {
    const found = []
    let word = ''
    let from = 0
    let to = 0
    let before = null
    const close = () => {
      if (word) found.push({ term: stem(word), from, to })
      if (before) found.push({ ...before, isHan: true })
      word = ''
      before = null
    }
    let at = 0
    for (const sign of text) {
      const start = at
      at += sign.length
      for (const c of sign.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()) {
        if (unspaced.test(c)) {
          if (before) found.push({ term: before.term + c, from: before.from, to: at, isHan: true })
          else close()
          before = { term: c, from: start, to: at, isRest: before !== null }
        } else if (letter.test(c)) {
          if (before) close()
          if (!word) from = start
          word += c
          to = at
        } else close()
      }
    }
    close()
    return found
  }

  // What is asked for: each term once. A word matches those that begin with it, one Han character the pairs it begins.
  const asked = (query) => {
    const asks = new Map()
    for (const { term, isHan, isRest } of cut(query)) {
      // The last character of a run is in the pair before it.
      if (!isRest) asks.set(term, { term, isOpen: (Array.from(term).length === 1) === Boolean(isHan) })
    }
    return [...asks.values()].slice(0, 24)
  }
  const fits = (ask, term) => term === ask.term || (ask.isOpen && term.startsWith(ask.term))

  const signs = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_'
  const weights = [1, 4, 10, 14]
  // Entries of one term asked for, with the weight of the best place it stands in.
  const lookUp = async (index, ask) => {
    let first = index.terms.findLastIndex((term) => term <= ask.term)
    let last = Math.max(first, 0)
    while (ask.isOpen && last < first + 4 && index.terms[last + 1]?.startsWith(ask.term)) last += 1
    const entries = new Map()
    for (first = Math.max(first, 0); first <= last && first < index.terms.length; first += 1) {
      const terms = await load(`terms-${first}`, index.version)
      for (let at = 0; at < terms.length; at += 2) {
        if (!fits(ask, terms[at])) continue
        const share = terms[at] === ask.term ? 1 : 0.6
        let entry = -1
        let value = 0
        let scale = 1
        for (const sign of terms[at + 1]) {
          const bits = signs.indexOf(sign)
          value += (bits % 32) * scale
          scale *= 32
          if (bits > 31) continue
          entry += Math.floor(value / 4) + 1
          entries.set(entry, Math.max(entries.get(entry) ?? 0, weights[value % 4] * share))
          value = 0
          scale = 1
        }
      }
    }
    return entries
  }

  // Entries that hold all that is asked for, best first; where there are none, those that hold some of it.
  const rank = async (index, asks) => {
    const scores = new Map()
    for (const entries of await Promise.all(asks.map((ask) => lookUp(index, ask)))) {
      const rarity = Math.log(1 + index.entries / Math.max(entries.size, 1))
      for (const [entry, weight] of entries) {
        const score = scores.get(entry) ?? { entry, terms: 0, sum: 0 }
        score.terms += 1
        score.sum += weight * rarity
        scores.set(entry, score)
      }
    }
    const all = [...scores.values()]
    for (const each of all) {
      // There may be very many cases; a page about the same should not drown among them.
      if (!index.cases.some(([from, to]) => from <= each.entry && each.entry < to)) each.sum *= 1.5
    }
    all.sort((a, b) => b.terms - a.terms || b.sum - a.sum || a.entry - b.entry)
    const whole = all.filter(({ terms }) => terms === asks.length)
    const isWhole = whole.length > 0
    return { found: isWhole ? whole : all, isWhole }
  }

  // A text with the hits in it marked; of a long one the stretch with most of what is asked for.
  const marked = (parent, text, asks, length) => {
    const hits = cut(text).flatMap((each) => {
      const at = asks.findIndex((ask) => fits(ask, each.term))
      return at < 0 ? [] : [{ at, from: each.from, to: asks[at].isOpen && each.isHan ? each.from + 1 : each.to }]
    })
    let start = 0
    if (text.length > length && hits.length) {
      const worth = (hit) => new Set(hits.filter(({ from, to }) => from >= hit.from && to < hit.from + length * 0.75).map(({ at }) => at)).size
      const best = hits.reduce((one, other) => (worth(other) > worth(one) ? other : one))
      start = Math.max(0, best.from - Math.floor(length / 4))
      // Begin at a word or a sentence, where one begins near.
      const near = text.slice(start, best.from).search(/[\s。，；：！？]/)
      if (start > 0 && near >= 0) start += near + 1
    }
    const end = Math.min(text.length, start + length)
    let at = start
    if (start > 0) parent.append('…')
    for (const { from, to } of hits) {
      if (to <= at || from < start || to > end) continue
      parent.append(text.slice(at, Math.max(at, from)))
      const mark = document.createElement('mark')
      mark.textContent = text.slice(Math.max(at, from), to)
      parent.append(mark)
      at = to
    }
    parent.append(text.slice(at, end), end < text.length ? '…' : '')
  }

  const add = (parent, name, kind) => {
    const element = document.createElement(name)
    if (kind) element.className = kind
    parent.append(element)
    return element
  }
  const show = async (index, entry, asks) => {
    const file = index.cards.findLastIndex((first) => first <= entry)
    const cards = await load(`cards-${file}`, index.version)
    const [key, fragment, title, within, text] = cards[entry - index.cards[file]]
    const item = document.createElement('li')
    const link = add(add(item, 'h2'), 'a')
    link.href = `../${key.split('/').map(encodeURIComponent).join('/')}index.html${fragment ? `#${encodeURIComponent(fragment)}` : ''}`
    marked(link, title, asks, 300)
    if (within) marked(add(item, 'p', 'base'), within, asks, 300)
    if (text) marked(add(item, 'p'), text, asks, unspaced.test(text.slice(0, 40)) ? 100 : 220)
    item.dir = 'auto'
    return item
  }

  let turn = 0
  const run = async () => {
    const mine = (turn += 1)
    const query = input.value.trim()
    try {
      // A folder's page may not change its address in every browser.
      history.replaceState(null, '', query ? `?q=${encodeURIComponent(query)}` : location.pathname)
    } catch {}
    const asks = asked(query)
    if (!asks.length) {
      list.replaceChildren()
      status.textContent = ''
      more.hidden = true
      return
    }
    try {
      // The list is asked for anew on each visit, so that files of two publications are never mixed.
      const index = await load('index', Date.now())
      const { found, isWhole } = await rank(index, asks)
      let shown = 0
      const next = async () => {
        const items = await Promise.all(found.slice(shown, shown + AT_ONCE).map(({ entry }) => show(index, entry, asks)))
        if (mine !== turn) return null
        shown += items.length
        list.append(...items)
        more.hidden = shown >= found.length
        return items[0]
      }
      const none = !found.length ? words.none : found.length === 1 ? words.one : words.other
      if (mine !== turn) return
      list.replaceChildren()
      await next()
      if (mine !== turn) return
      status.textContent = (isWhole || !found.length ? '' : words.some) + none.replace('{n}', found.length.toLocaleString(lang)).replace('{q}', query)
      more.onclick = async () => (await next())?.querySelector('a').focus()
    } catch {
      if (mine !== turn) return
      list.replaceChildren()
      more.hidden = true
      status.textContent = words.failed
    }
  }

  let timer
  input.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(run, 200)
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    clearTimeout(timer)
    run()
  })
  form.hidden = false
  input.value = new URLSearchParams(location.search).get('q') ?? ''
  if (input.value) run()
  else input.focus()
})()
