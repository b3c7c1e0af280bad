import type { CountyCode, UnitCode } from '../platform/types.ts'

/**
 * Which unit closed tickets like this one: multinomial logistic regression over the words of a text and its county, so
 * that words that say nothing get no weight and matter and county add up. Pure and deterministic: no chance is in it, and
 * samples are taken in their order. The words were found by jieba when it was trained (`trainer-worker.ts`), and are
 * looked for in a text as they are, so that a suggestion needs no dictionary.
 */

export interface Sample {
  unit: UnitCode
  text: string
  countyCode: CountyCode | null
}

export interface Model {
  units: UnitCode[]
  /** Of each unit, without any feature. */
  bias: number[]
  /** For each feature how it speaks for which unit: index, weight, index, weight … */
  features: Record<string, number[]>
}

export const longestWord = 6

/** Words of the vocabulary that stand in the text, each once, and the county. */
export function featuresOf({ text, countyCode }: Omit<Sample, 'unit'>, isWord: (word: string) => boolean): string[] {
  const found = new Set<string>()
  const characters = [...text]
  for (let at = 0; at < characters.length; at += 1) {
    let word = characters[at] ?? ''
    for (let length = 2; length <= longestWord && at + length <= characters.length; length += 1) {
      word += characters[at + length - 1]
      if (isWord(word)) found.add(word)
    }
  }
  if (countyCode !== null) found.add(`@${countyCode}`)
  return [...found].sort()
}

/** Chosen on generated tickets, a fifth of which was held out. */
const rounds = 20
const rate = 0.3
const shrinkage = 0.002
/** Weights that say less are not kept. */
const leastWeight = 0.05

/** By stochastic gradient descent with a rate for each weight (AdaGrad) and L2 shrinkage of the weights that are met. */
export function train(samples: readonly Sample[], vocabulary: ReadonlySet<string>): Model {
  const units = [...new Set(samples.map(({ unit }) => unit))].sort()
  const names = new Map<string, number>()
  const rows = samples.map((sample) => ({
    unit: units.indexOf(sample.unit),
    features: featuresOf(sample, (word) => vocabulary.has(word)).map((name) => {
      const at = names.get(name) ?? names.size
      names.set(name, at)
      return at
    }),
  }))
  const { weights, bias } = descend(rows, names.size, units.length)
  const features = [...names].sort(([one], [other]) => (one < other ? -1 : 1))
  return {
    units,
    bias: [...bias].map(rounded),
    features: Object.fromEntries(features.map(([name, at]) => [name, sparse(weights, at, units.length)])),
  }
}

const rounded = (value: number): number => Math.round(value * 100) / 100

function sparse(weights: Float64Array, feature: number, units: number): number[] {
  const kept: number[] = []
  for (let unit = 0; unit < units; unit += 1) {
    const weight = rounded(weights[feature * units + unit] ?? 0)
    if (Math.abs(weight) >= leastWeight) kept.push(unit, weight)
  }
  return kept
}

function descend(rows: readonly { unit: number; features: readonly number[] }[], features: number, units: number) {
  const weights = new Float64Array(features * units)
  const bias = new Float64Array(units)
  const squares = new Float64Array(features * units).fill(1e-8)
  const biasSquares = new Float64Array(units).fill(1e-8)
  const scores = new Float64Array(units)
  for (let round = 0; round < rounds; round += 1) {
    for (const row of rows) {
      const scale = 1 / Math.sqrt(row.features.length || 1)
      scores.set(bias)
      for (const feature of row.features) {
        for (let unit = 0; unit < units; unit += 1)
          scores[unit] = (scores[unit] ?? 0) + (weights[feature * units + unit] ?? 0) * scale
      }
      toShares(scores)
      for (let unit = 0; unit < units; unit += 1) {
        const slope = (scores[unit] ?? 0) - (unit === row.unit ? 1 : 0)
        step(bias, biasSquares, unit, slope)
        for (const feature of row.features) {
          const at = feature * units + unit
          step(weights, squares, at, slope * scale + shrinkage * (weights[at] ?? 0))
        }
      }
    }
  }
  return { weights, bias }
}

function step(values: Float64Array, squares: Float64Array, at: number, slope: number): void {
  const square = (squares[at] ?? 0) + slope * slope
  squares[at] = square
  values[at] = (values[at] ?? 0) - (rate * slope) / Math.sqrt(square)
}

/** Softmax, in place. */
function toShares(scores: Float64Array): void {
  let top = Number.NEGATIVE_INFINITY
  for (const score of scores) top = Math.max(top, score)
  let sum = 0
  for (let at = 0; at < scores.length; at += 1) {
    const share = Math.exp((scores[at] ?? 0) - top)
    scores[at] = share
    sum += share
  }
  for (let at = 0; at < scores.length; at += 1) scores[at] = (scores[at] ?? 0) / sum
}

export interface Guess {
  unit: UnitCode
  /** Between 0 and 1. */
  share: number
}

/** @returns the likeliest unit; null where the text has no word that the model knows */
export function guess(model: Model, asked: Omit<Sample, 'unit'>): Guess | null {
  const { units, bias, features } = model
  const isKnown = (name: string) => Object.hasOwn(features, name)
  const known = featuresOf(asked, isKnown).filter(isKnown)
  if (units.length === 0 || known.every((name) => name.startsWith('@'))) return null
  const scores = Float64Array.from(bias)
  const scale = 1 / Math.sqrt(known.length)
  for (const name of known) {
    const weights = features[name] ?? []
    for (let n = 0; n < weights.length; n += 2) {
      const unit = weights[n] ?? 0
      scores[unit] = (scores[unit] ?? 0) + (weights[n + 1] ?? 0) * scale
    }
  }
  toShares(scores)
  let best = 0
  // Of equal ones the first by its code.
  for (const [at, share] of scores.entries()) if (share > (scores[best] ?? 0)) best = at
  const unit = units[best]
  return unit === undefined ? null : { unit, share: scores[best] ?? 0 }
}

/** How many of these it guesses right. */
export function agreementOf(model: Model, samples: readonly Sample[]): number {
  return samples.filter((sample) => guess(model, sample)?.unit === sample.unit).length
}
