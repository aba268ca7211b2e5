import { issuer } from '@openauthjs/openauth';
import { PasswordProvider } from '@openauthjs/openauth/provider/password';
import { MemoryStorage } from '@openauthjs/openauth/storage/memory';
import { createSubjects } from '@openauthjs/openauth/subject';

const app = issuer({
  providers: {
    password: PasswordProvider({
      login: async () => new Response(),
      register: async () => new Response(),
      change: async () => new Response(),
      sendCode: async () => {},
    }),
  },
  storage: MemoryStorage(),
  subjects: createSubjects({}),
  success: async (context) => context.subject('user', {}),
});
export const handler = app.fetch;
