import { z } from 'zod';
import type { RestartPolicy, RestartPolicyName } from '../container-spec.ts';
import type { ServiceComposition } from '../composition.ts';
import { dependsOn } from './depends-on.ts';
import { field } from './field.ts';
import { healthcheck } from './healthcheck.ts';
import { logging } from './logging.ts';
import { Partly } from './partly.ts';
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

const always: RestartPolicy = { Name: 'always', MaximumRetryCount: 0 };

const restart = z.unknown().transform((value) => {
	const policy = restartPolicyOf(value);
	if (policy !== undefined) return new Partly(policy);
	return new Partly(always, [{ path: [], reason: 'not a restart policy, always is taken' }]);
});

/** What runs in the container, and how it starts and stops. */
export const processFields = {
	command: field(command.optional(), {
		forms:
			'list of words; string, split as a shell does, with nothing expanded; an empty one clears what the image says',
		engine: 'Cmd',
		fallback: "the image's, also beside an `entrypoint`",
		doc: 'The command, or the arguments of the entrypoint.',
	}),
	entrypoint: field(command.optional(), {
		forms: 'as `command`; an empty one clears what the image says',
		engine: 'Entrypoint',
		fallback: "the image's",
		doc: 'What is executed, with the command as arguments.',
	}),
	restart: field(restart.optional(), {
		forms:
			'`no`, `always`, `unless-stopped`, `on-failure`, `on-failure:N`; others count as `always`',
		engine: 'HostConfig.RestartPolicy',
		fallback: '`always`',
		doc: 'When the engine starts the container again after it ended.',
	}),
	depends_on: field(dependsOn.default([]), {
		forms:
			'list of services; map of services to `condition` (`service_started`, `service_healthy`, `service_completed_successfully`), `restart`, `required`',
		engine: '–',
		fallback: 'none',
		recreates: false,
		doc: 'Services that come first, and what must hold of them.',
	}),
	healthcheck: field(healthcheck.optional(), {
		forms:
			'map of `test` (string for a shell, or list beginning with `CMD`, `CMD-SHELL` or `NONE`), `disable`, `interval`, `timeout`, `start_period` (durations), `retries`',
		engine: 'Healthcheck',
		fallback: "the image's; so for each member",
		doc: 'How the engine finds out whether the service is healthy.',
	}),
	tty: field(flag.default(true), {
		forms: 'boolean',
		engine: 'Tty',
		fallback: '`true`',
		doc: 'A terminal for the process; stdout and stderr are one stream then.',
	}),
	stdin_open: field(flag.default(false), {
		forms: 'boolean',
		engine: 'OpenStdin',
		fallback: '`false`',
		doc: 'Keeps the standard input open.',
	}),
	init: field(flag.optional(), {
		forms: 'boolean',
		engine: 'HostConfig.Init',
		fallback: "the engine's setting",
		doc: 'A small init process that forwards signals and reaps children.',
	}),
	user: field(word.optional(), {
		forms: '`user`, `user:group`, names or numbers',
		engine: 'User',
		fallback: "the image's",
		doc: 'Who the process runs as.',
	}),
	working_dir: field(
		word.refine((path) => path.startsWith('/'), 'must be an absolute path').optional(),
		{
			forms: 'absolute path',
			engine: 'WorkingDir',
			fallback: "the image's",
			doc: 'The folder the process starts in.',
		},
	),
	stop_signal: field(
		word
			.refine(
				(signal) => /^(\d{1,2}|(SIG)?[A-Z][A-Z0-9]*([+-]\d+)?)$/i.test(signal),
				'must be a signal such as SIGINT or 2',
			)
			.optional(),
		{
			forms: 'name or number of a signal',
			engine: 'StopSignal',
			fallback: "the image's, else `SIGTERM`",
			doc: 'The signal by which the process is asked to end.',
		},
	),
	stop_grace_period: field(durationNs.optional(), {
		forms:
			'duration such as `1m30s` or `0s`, in whole seconds, rounded up; a bare number counts seconds',
		engine: 'StopTimeout',
		fallback: '10 s',
		doc: 'How long the process may take to end before it is killed.',
	}),
	logging: field(logging.optional(), {
		forms: 'map of `driver` (`json-file`, `local`, `journald`) and `options`',
		engine: 'HostConfig.LogConfig',
		fallback: "the engine's; `json-file` when there are options",
		doc: 'Where the engine keeps the logs; drivers whose logs cannot be read again have no effect.',
	}),
};

type ProcessFields = z.infer<z.ZodObject<typeof processFields>>;

export function toProcess(fields: ProcessFields) {
	const grace = fields.stop_grace_period;
	return {
		command: fields.command,
		entrypoint: fields.entrypoint,
		restart: fields.restart?.taken ?? always,
		dependsOn: fields.depends_on,
		healthcheck: fields.healthcheck,
		tty: fields.tty,
		stdinOpen: fields.stdin_open,
		init: fields.init,
		user: fields.user,
		workingDir: fields.working_dir?.replace(/(?<=.)\/+$/, ''),
		stopSignal: fields.stop_signal,
		stopGracePeriodSec: grace === undefined ? undefined : Math.ceil(grace / 1_000_000_000),
		logging: fields.logging?.taken,
	} satisfies Partial<ServiceComposition>;
}

/** @returns undefined for what is no restart policy; `on-failure:N` limits the retries */
function restartPolicyOf(value: unknown): RestartPolicy | undefined {
	if (value === false) return { Name: 'no', MaximumRetryCount: 0 }; // YAML 1.1 reads a bare `no` so
	if (typeof value !== 'string') return undefined;
	const match = /^(no|always|on-failure|unless-stopped)(?::(\d{1,9}))?$/.exec(value);
	const names = ['no', 'always', 'on-failure', 'unless-stopped'] as const;
	const Name = names.find((name: RestartPolicyName) => name === match?.[1]);
	if (Name === undefined || (match?.[2] !== undefined && Name !== 'on-failure')) return undefined;
	return { Name, MaximumRetryCount: Number(match?.[2] ?? 0) };
}
