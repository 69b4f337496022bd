/** Configuration is environment variables, checked at start; a wrong one stops the start and is named. */
import type { z } from 'zod';

export class ConfigurationError extends Error {}

/** Reads `schema` from `environment`. Throws a ConfigurationError whose sentence names each wrong variable. */
export const readConfiguration = <Schema extends z.ZodType>(
  schema: Schema,
  environment: Record<string, string | undefined>,
): z.output<Schema> => {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigurationError(`The configuration is wrong. ${sentences.join('. ')}.`);
};
