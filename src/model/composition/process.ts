import { z } from 'zod';
import type { RestartPolicy, RestartPolicyName } from '../container-spec.ts';
import type { ServiceComposition } from '../composition.ts';
import { dependsOn } from './depends-on.ts';
import { healthcheck } from './healthcheck.ts';
import { shellWords } from './shell-words.ts';
import { durationNs, flag, textList, word } from './values.ts';

/** A command: a list of words, or a line that is split as a shell does. */
const command = z.unknown().transform((value, ctx) => {
	const words = typeof value === 'string' ? shellWords(value) : textList.safeParse(value).data;
	if (words !== undefined) return words;
	ctx.issues.push({
		code: 'custom',
		message: 'must be a list of strings, or a string with closed quotes',
		input: value,
	});
	return z.NEVER;
});

/** What runs in the container, and how it starts and stops. */
export const processFields = {
	command: command.optional(),
	entrypoint: command.optional(),
	restart: z
		.unknown()
		.transform((value) => restartPolicyOf(value))
		.optional(),
	depends_on: dependsOn.default([]),
	healthcheck: healthcheck.optional(),
	tty: flag.default(true),
	init: flag.optional(),
	user: word.optional(),
	working_dir: word.optional(),
	stop_signal: word.optional(),
	stop_grace_period: durationNs.optional(),
};

type ProcessFields = z.infer<z.ZodObject<typeof processFields>>;

export function toProcess(fields: ProcessFields) {
	const grace = fields.stop_grace_period;
	return {
		command: fields.command,
		entrypoint: fields.entrypoint,
		restart: fields.restart ?? alwaysRestart,
		dependsOn: fields.depends_on,
		healthcheck: fields.healthcheck,
		tty: fields.tty,
		init: fields.init,
		user: fields.user,
		workingDir: fields.working_dir?.replace(/(?<=.)\/+$/, ''),
		stopSignal: fields.stop_signal,
		stopGracePeriodSec: grace === undefined ? undefined : Math.ceil(grace / 1_000_000_000),
	} satisfies Partial<ServiceComposition>;
}

const alwaysRestart: RestartPolicy = { Name: 'always', MaximumRetryCount: 0 };

/** @returns undefined for what is no restart policy; `on-failure:N` limits the retries */
export function restartPolicyOf(value: unknown): RestartPolicy | undefined {
	if (value === undefined) return alwaysRestart;
	if (value === false) return { Name: 'no', MaximumRetryCount: 0 }; // YAML 1.1 reads a bare `no` so
	if (typeof value !== 'string') return undefined;
	const match = /^(no|always|on-failure|unless-stopped)(?::(\d{1,9}))?$/.exec(value);
	const names = ['no', 'always', 'on-failure', 'unless-stopped'] as const;
	const Name = names.find((name: RestartPolicyName) => name === match?.[1]);
	if (Name === undefined || (match?.[2] !== undefined && Name !== 'on-failure')) return undefined;
	return { Name, MaximumRetryCount: Number(match?.[2] ?? 0) };
}
