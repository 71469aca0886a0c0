import { z } from 'zod';
import { defineEvent, ofApp, ofService } from './event-base.ts';

const container = {
	...ofService,
	containerId: z.string(),
	name: z.string().describe('Name of the container'),
};

const services = z.array(z.string()).readonly().describe('Names of the services locked');

/** What happens to containers, update locks and the device. */
export const worldEvents = [
	defineEvent('container.created', 'A container was made.', container),
	defineEvent('container.started', 'A container runs.', container),
	defineEvent('container.exited', 'A container has ended.', {
		...container,
		exitCode: z.number().int().optional(),
	}),
	defineEvent('container.paused', 'A container is paused.', container),
	defineEvent('container.resumed', 'A container is not paused any more.', container),
	defineEvent('container.renamed', 'A container has another name.', container),
	defineEvent('container.removed', 'A container is gone.', container),
	defineEvent('container.health', 'The health check of a container has another result.', {
		...container,
		health: z.enum(['starting', 'healthy', 'unhealthy']),
	}),
	defineEvent('lock.taken', 'The supervisor holds the update locks of services.', {
		...ofApp,
		services,
	}),
	defineEvent('lock.waiting', 'An update lock of a user stands in the way.', {
		...ofService,
		path: z.string().optional().describe('Where the lock is on the host'),
		ownerUid: z.number().int().optional().describe('User id of its owner'),
		heldSince: z.iso.datetime().optional().describe('When it was made'),
		error: z.string(),
	}),
	defineEvent('lock.released', 'The supervisor gave update locks back.', { ...ofApp, services }),
	defineEvent('power.ordered', 'The host was told to go down.', {
		order: z.enum(['reboot', 'shutdown']),
	}),
	defineEvent('power.failed', 'The host did not take the order to go down.', {
		order: z.enum(['reboot', 'shutdown']),
		error: z.string(),
	}),
	defineEvent('engine.up', 'The container engine answers.', {}),
	defineEvent('engine.down', 'The container engine does not answer.', {}),
	defineEvent('cloud.up', 'The cloud answers.', {}),
	defineEvent('cloud.down', 'The cloud does not answer.', { error: z.string() }),
	defineEvent('network.lost', 'No connection to the cloud can be opened.', {
		host: z.string().describe('Name of the cloud, and port'),
		error: z.string(),
	}),
	defineEvent('network.back', 'A connection to the cloud can be opened again.', {
		host: z.string().describe('Name of the cloud, and port'),
	}),
	defineEvent('supervisor.started', 'The supervisor has started.', { version: z.string() }),
	defineEvent(
		'log.line',
		'A service or the supervisor wrote a line; only when asked for. Not kept.',
		{
			...ofService,
			message: z.string(),
			isStdErr: z.boolean(),
			isSystem: z.boolean().describe('Written by the supervisor'),
		},
	),
	defineEvent('gap', 'Events were missed: they are not kept any more, or were lost in a crash.', {
		missedFrom: z.number().int().optional().describe('Number of the first; absent: not known'),
		missedTo: z.number().int().optional().describe('Number of the last'),
	}),
] as const;
