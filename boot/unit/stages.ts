/**
 * The stages of a unit's start before its supervisor runs, as data: each with its name, the code under
 * which the unit stays out of service when it fails, and what to do then. The words stand here, not in
 * firmware/locale, because the first stage is what says whether firmware/ may be believed.
 */
import type { Result } from '#hal/result.ts';

export const STAGE_NAMES = [
  'unit',
  'release',
  'device',
  'devices',
  'version',
  'data',
  'supervisor',
] as const;
export type StageName = (typeof STAGE_NAMES)[number];

type Stage = {
  readonly code: string;
  /** As the screen of the unit names it. */
  readonly title: { readonly es: string; readonly en: string };
  /** For people in front of the unit. */
  readonly remedy: { readonly es: string; readonly en: string };
};

const CHANGE_UNIT = {
  es: 'No use esta máquina. Llame a soporte; ponga en servicio la de reserva.',
  en: 'Do not use this machine. Call support; put the spare one into service.',
} as const;

export const STAGES: Readonly<Record<StageName, Stage>> = {
  unit: {
    code: 'unit.badUnitFile',
    title: { es: 'Archivo de la unidad', en: 'Unit file' },
    remedy: CHANGE_UNIT,
  },
  release: {
    code: 'unit.releaseRefused',
    title: { es: 'Programas firmados', en: 'Signed programs' },
    remedy: CHANGE_UNIT,
  },
  device: {
    code: 'unit.deviceDamaged',
    title: { es: 'Disco verificado', en: 'Verified disk' },
    remedy: CHANGE_UNIT,
  },
  devices: {
    code: 'unit.devicesNotReady',
    title: { es: 'Dispositivos', en: 'Devices' },
    remedy: CHANGE_UNIT,
  },
  version: {
    code: 'unit.versionRefused',
    title: { es: 'Versión', en: 'Version' },
    remedy: CHANGE_UNIT,
  },
  data: {
    code: 'unit.dataNotOpened',
    title: { es: 'Memoria de datos', en: 'Data memory' },
    remedy: CHANGE_UNIT,
  },
  supervisor: {
    code: 'unit.supervisorFailed',
    title: { es: 'Supervisor', en: 'Supervisor' },
    remedy: {
      es: 'Apague y encienda una vez. Si vuelve, llame a soporte; la máquina de reserva continúa.',
      en: 'Switch off and on once. If it comes back, call support; the spare machine goes on.',
    },
  },
};

/** What came of a stage; `code` null: it passed. `detail`: for the technician, one line of ASCII. */
export type StageOutcome = {
  readonly stage: StageName;
  readonly code: string | null;
  readonly detail: string;
};
/** And how long it took, whole ms. */
export type StageResult = StageOutcome & { readonly tookMs: number };

/** One stage's work: what it found, or why the unit stays out of service. Progress: 0 to 1. */
export type StageWork = (onProgress: (share: number) => void) => Promise<Result<string, string>>;

/** Between two words about progress. */
const PROGRESS_STEP = 0.25;

export type StageTeller = {
  readonly progress: (stage: StageName, share: number) => void;
  readonly ended: (result: StageResult) => void;
};

export type StageRun = {
  readonly name: StageName;
  /**
   * Begins as soon as this one passed, beside those between: what takes long and has nothing to do with them.
   * Otherwise a stage begins when all ahead of it passed.
   */
  readonly after?: StageName;
  readonly run: StageWork;
};

const ascii = (text: string): string => text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 300);

/**
 * Told in order; ends with the first that fails: its result is the last one, and its code no null. A stage that
 * throws has failed. What was begun beside one that fails comes to its end by itself, and nothing comes of it.
 * `nowMs`: of a clock that never goes back.
 */
export const runStages = async (
  stages: readonly StageRun[],
  tell: StageTeller,
  nowMs: () => number,
): Promise<readonly StageResult[]> => {
  const begun = new Map<StageName, Promise<StageResult>>();
  const runOne = async ({ name, run }: StageRun): Promise<StageResult> => {
    const begunMs = nowMs();
    let told = 0;
    const onProgress = (share: number): void => {
      if (share < told + PROGRESS_STEP || share >= 1) return;
      told = share;
      tell.progress(name, share);
    };
    let detail: string;
    let code: string | null = null;
    try {
      const found = await run(onProgress);
      if (!found.ok) code = STAGES[name].code;
      detail = found.ok ? found.value : found.error;
    } catch (error) {
      code = STAGES[name].code;
      detail = error instanceof Error ? error.message : 'unknown';
    }
    const tookMs = Math.round(nowMs() - begunMs);
    const result = { stage: name, code, detail: ascii(detail), tookMs };
    if (code === null) for (const next of stages) if (next.after === name) begin(next);
    return result;
  };
  const begin = (stage: StageRun): Promise<StageResult> => {
    const running = begun.get(stage.name) ?? runOne(stage);
    begun.set(stage.name, running);
    return running;
  };
  const results: StageResult[] = [];
  for (const stage of stages) {
    const result = await begin(stage);
    results.push(result);
    tell.ended(result);
    if (result.code !== null) break;
  }
  return results;
};
