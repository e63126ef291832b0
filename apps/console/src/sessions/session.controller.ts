import { Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { marketsOf, roles as allRoles, rolesOf } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { AllowPeople, Anonymous, CurrentVisitor, type Visitor } from '../visitor.js';
import { attemptCookie, cookieOptions, readCookie, sessionCookie } from './cookies.js';
import { EndSession } from './end-session.js';
import { LogIn } from './log-in.js';

type Request = { url: string; headers: Record<string, string | undefined> };
type Response = {
  cookie(name: string, value: string, options: object): Response;
  clearCookie(name: string, options: object): Response;
  redirect(status: number, url: string): void;
};

@Controller()
export class SessionController {
  constructor(
    private readonly logIn: LogIn,
    private readonly endSession: EndSession,
    private readonly businessDate: BusinessDate,
  ) {}

  @Anonymous()
  @Get('auth/login')
  async login(
    @Query('returnTo') returnTo: unknown,
    @Query('afresh') afresh: unknown,
    @Res() response: Response,
  ): Promise<void> {
    const { attempt, url } = await this.logIn.begin(
      typeof returnTo === 'string' ? returnTo : '/',
      afresh !== undefined,
    );
    response.cookie(attemptCookie, attempt, cookieOptions).redirect(303, url);
  }

  @Anonymous()
  @Get('auth/callback')
  async callback(@Req() request: Request, @Res() response: Response): Promise<void> {
    const { sessionId, returnTo, expiresAt } = await this.logIn.complete(
      readCookie(request.headers['cookie'], attemptCookie),
      new URL(request.url, 'http://console'),
      readCookie(request.headers['cookie'], sessionCookie),
    );
    response
      .clearCookie(attemptCookie, cookieOptions)
      .cookie(sessionCookie, sessionId, { ...cookieOptions, expires: expiresAt })
      .redirect(303, returnTo);
  }

  /** OpenID Connect Back-Channel Logout: the issuer asks, and bears no session. */
  @Anonymous()
  @Post('auth/backchannel-logout')
  @HttpCode(200)
  async logoutAtIssuer(@Body() form: { logout_token?: unknown } | undefined): Promise<object> {
    const token = form?.logout_token;
    await this.endSession.atIssuer(typeof token === 'string' ? token : '');
    return {};
  }

  @AllowPeople(...allRoles)
  @Get('api/session')
  async session(@CurrentVisitor() visitor: Visitor) {
    const { userId, name, organisationId, uais, csrfToken } = visitor;
    const roles = rolesOf(visitor);
    // Who administers every market does so by the operator's commands: no page asks him which.
    const ofPages = roles.filter((role) => role !== 'admin');
    const markets = ofPages.length > 0 ? (marketsOf(visitor, ...ofPages) ?? []) : [];
    // Before the first day of the calendar there is none to show.
    const today = await this.businessDate.today().catch(() => null);
    return { userId, name, roles, organisationId, uais, markets, csrfToken, today };
  }

  @AllowPeople(...allRoles)
  @Post('api/logout')
  @HttpCode(200)
  async logout(
    @CurrentVisitor() visitor: Visitor,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ redirectTo: string }> {
    response.clearCookie(sessionCookie, cookieOptions);
    return { redirectTo: await this.endSession.execute(visitor) };
  }
}
