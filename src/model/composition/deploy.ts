import { z } from 'zod';
import { deviceRequest } from './devices.ts';
import { unsupported } from './field.ts';
import { amount, byteSize, integerFrom, members } from './values.ts';

const ofClusters = 'is for clusters, this is one device';

const limits = members({
	cpus: amount.optional(),
	memory: byteSize.optional(),
	pids: integerFrom(-1).optional(),
});

const reservations = members({
	memory: byteSize.optional(),
	devices: z.array(deviceRequest, { error: 'must be a list' }).default([]),
	cpus: unsupported(ofClusters),
	generic_resources: unsupported(ofClusters),
});

/** Limits and reservations; what else is there is for clusters. */
export const deploy = members({
	resources: members({
		limits: limits.optional(),
		reservations: reservations.optional(),
	}).optional(),
	replicas: unsupported('a service has one container', (value) => String(value) === '1'),
	mode: unsupported(ofClusters, (value) => value === 'replicated'),
	restart_policy: unsupported('restart of the service has an effect'),
	endpoint_mode: unsupported(ofClusters),
	labels: unsupported('labels of the service have an effect'),
	placement: unsupported(ofClusters),
	rollback_config: unsupported(ofClusters),
	update_config: unsupported('the label io.balena.update.strategy has an effect'),
});
