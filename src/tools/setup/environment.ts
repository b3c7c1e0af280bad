import { type Role, type Settings, settingNames } from '../../settings.ts'

/**
 * The environment from which `loadSettings` reproduces these settings, whatever a `.env` file contains: an unset
 * setting is present with an empty value.
 */
export function environmentOf(settings: Settings, role: Role): NodeJS.ProcessEnv {
  const onOff = (value: boolean) => (value ? 'on' : 'off')
  // All of them: a setting that is forgotten here reaches no role.
  const given: Record<(typeof settingNames)[number], string | undefined> = {
    ROLES: role,
    NODE_NAME: settings.NODE_NAME,
    HOTLINE_VAR: settings.varDir,
    CONFIG_DIR: settings.configDir,
    PROMPTS_DIR: settings.promptsDir,
    LOG_LEVEL: settings.LOG_LEVEL,
    HTTP_HOST: settings.HTTP_HOST,
    HTTP_PORT: String(settings.HTTP_PORT),
    TRUST_PROXY: settings.TRUST_PROXY.join(','),
    COOKIE_SECURE: onOff(settings.COOKIE_SECURE),
    REQUESTS_PER_MINUTE: String(settings.REQUESTS_PER_MINUTE),
    GUEST_PHONE: onOff(settings.GUEST_PHONE),
    PUBLIC_URL: settings.PUBLIC_URL,
    PROVINCE_URL: settings.PROVINCE_URL,
    PROVINCE_SECRET: settings.provinceSecret,
    EMERGENCY_URL: settings.EMERGENCY_URL,
    EMERGENCY_SECRET: settings.emergencySecret,
    MESSAGES_URL: settings.MESSAGES_URL,
    MESSAGES_SECRET: settings.MESSAGES_SECRET,
    THIRTEEN710_URL: settings.THIRTEEN710_URL,
    THIRTEEN710_SECRET: settings.thirteen710Secret,
    SAMPLE_PROVINCE: onOff(settings.SAMPLE_PROVINCE),
    SMTP_URL: settings.SMTP_URL,
    MAIL_FROM: settings.MAIL_FROM,
    SIP_HOST: settings.SIP_HOST,
    SIP_PORT: String(settings.SIP_PORT),
    RTP_PORTS: `${settings.rtp.from}-${settings.rtp.to}`,
    DATABASE_URL: settings.databaseUrl,
    REDIS_URL: settings.redisUrl,
    ARI_URL: settings.ariUrl,
    ARI_USERNAME: settings.ARI_USERNAME,
    ARI_PASSWORD: settings.ariPassword,
    ARI_APP: settings.ARI_APP,
    AMI_HOST: settings.AMI_HOST,
    AMI_PORT: String(settings.amiPort),
    AMI_USERNAME: settings.AMI_USERNAME,
    AMI_PASSWORD: settings.amiPassword,
    ASTERISK_SPOOL: settings.spoolDir,
    ATTACHMENTS_DIR: settings.attachmentsDir,
    // Contained in their addresses.
    ...{ DATABASE_PORT: undefined, REDIS_PORT: undefined, ARI_PORT: undefined, DATABASE_MEMORY_MB: undefined },
    APT_CHECK_VALID_UNTIL: undefined,
  }
  const env: NodeJS.ProcessEnv = { ...process.env }
  for (const name of settingNames) env[name] = given[name] ?? ''
  return env
}
