/** The picture of the page of results: the top of it, of a made-up country. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Locale } from '#firmware/election/definition.ts';
import { makeAggregation } from '#firmware/nation/aggregate.ts';
import { makeJudge } from '#firmware/nation/judge-package.ts';
import { nationalSeats } from '#firmware/nation/national-seats.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { makeNationalElection } from '../nation/made-up.ts';
import { resultPage } from '../nation/result-page.ts';
import { makeSyntheticCountry } from '../nation/synthetic-country.ts';

const CHROMIUM = '/usr/bin/chromium';
const SEED = 1;
const PRECINCTS = 400;
const VIEW = { width: 1040, height: 1100 } as const;

/** The page of a made-up country of 400 precincts, all of them counted. */
export const madeUpResultPage = (locale: Locale): string => {
  const { offer, ...election } = makeNationalElection(SEED, PRECINCTS);
  const country = makeSyntheticCountry({ offer, ...election }, SEED);
  const authorityKey = country.authority.publicKey;
  const { register } = country;
  const aggregation = makeAggregation(
    offer,
    register,
    makeJudge({ offer, register, authorityKey }),
  );
  register.precincts.forEach(({ id }, at) => {
    const { bytes, signature } = country.packageOf(at);
    aggregation.take(id, bytes, signature);
  });
  const sums = aggregation.sums();
  const result = { offer, sums, seats: nationalSeats(offer, sums.contests) };
  return resultPage(result, { locale, key: { digest: sha256Hex(authorityKey), given: true } });
};

/** A PNG of the top of the page; null: there is no browser on this computer. */
export const resultsPicture = async (locale: Locale): Promise<Uint8Array | null> => {
  if (!existsSync(CHROMIUM)) return null;
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage({ viewport: VIEW, locale });
    await page.setContent(madeUpResultPage(locale));
    return new Uint8Array(await page.screenshot());
  } finally {
    await browser.close();
  }
};
