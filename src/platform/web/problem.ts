/**
 * Every refusal that a caller of the API can meet: its stable code, its HTTP status and a sentence that says what to do.
 * Pure: the web page imports it too. Sent as `application/problem+json` (RFC 9457), see `Problem`.
 */
export const problems = {
  'request.malformed': { status: 400, title: '请求格式有误，请检查后重试。' },
  'request.invalid': { status: 400, title: '填写的内容不符合要求，请按提示修改后重试。' },
  'request.control-characters': { status: 400, title: '内容中含有不可见的控制字符，请删除后重试。' },
  'request.too-deep': { status: 400, title: '请求内容嵌套过深，请检查后重试。' },
  'request.too-large': { status: 413, title: '提交的内容过大，请缩短后重试。' },
  'request.unsupported-media': { status: 415, title: '请求须为 JSON 格式（application/json）。' },
  'request.headers-too-large': { status: 431, title: '请求头过大，请清除浏览器 Cookie 后重试。' },
  'request.timeout': { status: 408, title: '请求超时，请检查网络后重试。' },
  'request.unknown-host': { status: 421, title: '这不是本系统的地址，请用管理员给出的地址打开。' },
  'request.foreign-origin': { status: 403, title: '请求来自其他网站，已拒绝。请从本系统页面操作。' },
  'request.too-many': { status: 429, title: '操作过于频繁，请稍后再试。' },
  'request.method-not-allowed': { status: 405, title: '该地址不支持这种操作。' },
  'list.bad-cursor': { status: 400, title: '翻页位置无效，请回到第一页。' },
  'page.not-found': { status: 404, title: '没有这个地址，请检查链接。' },
  'pages.not-built': { status: 503, title: '页面尚未生成，请运行 npm run build:web 后刷新。' },

  'session.required': { status: 401, title: '尚未登录或登录已失效，请重新登录。' },
  'session.wrong-password': { status: 401, title: '用户名或密码不正确，请重新输入。' },
  'session.locked': { status: 429, title: '密码错误次数过多，此处暂时不能登录该账号，请稍后再试或联系管理员。' },
  'session.too-many-failures': { status: 429, title: '此处登录失败次数过多，请稍后再试。' },
  'access.denied': { status: 403, title: '您没有此项权限，如需使用请联系系统管理员。' },

  'password.weak': { status: 400, title: '密码不符合要求，请按提示修改。' },
  'password.wrong': { status: 403, title: '原密码不正确，请重新输入。' },
  'password.same': { status: 400, title: '新密码不能与原密码相同。' },
  'password.too-many-failures': { status: 429, title: '原密码输错次数过多，请稍后再试。' },
  'password-link.over': {
    status: 404,
    title: '这个链接无效、已经用过或已过期，请向系统管理员要一个新链接。',
  },
  'person.not-found': { status: 404, title: '没有这个人员，请刷新列表。' },
  'person.username-taken': { status: 409, title: '用户名已有人使用，请换一个。' },
  'person.number-taken': { status: 409, title: '工号已有人使用，请换一个。' },
  'person.own-lock': { status: 409, title: '不能停用自己的账号，请由另一位系统管理员操作。' },
  'person.own-role': { status: 409, title: '不能更改自己的角色，请由另一位系统管理员操作。' },
  'person.last-admin': { status: 409, title: '这是最后一位可登录的系统管理员，请先再设一位。' },
  'person.is-locked': { status: 409, title: '账号已停用，请先启用。' },

  'export.too-many': { status: 429, title: '一小时内导出次数过多，请稍后再试。' },
  'citizen.too-many-numbers': {
    status: 429,
    title: '一小时内查看或查询的来电号码过多，请稍后再试；确有需要请联系班长或系统管理员。',
  },

  'reading.too-many': {
    status: 429,
    title: '您今天查看的市民信息已达上限，明天可继续；确有需要请联系热线中心负责人调整上限。',
  },

  'call.not-found': { status: 404, title: '没有这条通话记录，请检查编号。' },
  'call.no-number': { status: 404, title: '这通电话没有显示主叫号码。' },
  'call.caller-hidden': {
    status: 403,
    title: '这通电话关联保密、匿名或举报工单，来电人信息和录音不能查看；确有需要请找热线中心负责人。',
  },
  'call.reason-missing': { status: 400, title: '查看来电号码须填写理由；本人一小时内接听的电话除外。' },
  'call.not-yours': { status: 403, title: '这不是您接听的电话，不能操作、据此登记工单或查看来电人。' },
  'call.not-talking': { status: 409, title: '当前不在通话中。' },
  'call.not-answerable': { status: 403, title: '只有负责本通电话的话务员可以这样操作。' },
  'call.no-consult': { status: 409, title: '当前没有在咨询。' },
  'call.consult-open': { status: 409, title: '正在咨询，请先合并、转出或取消咨询。' },
  'call.party-not-found': { status: 404, title: '通话中没有这一方。' },
  'call.party-not-up': { status: 409, title: '对方尚未接听。' },
  'call.party-pending': { status: 409, title: '正在呼叫另一方，请等待接听或先取消。' },
  'call.too-many-parties': { status: 409, title: '一通电话最多 6 方。' },
  'call.nobody-stays': { status: 409, title: '您离开后没有人与市民通话，请先加入其他方，或直接挂机。' },
  'call.others-in-call': { status: 409, title: '通话中还有其他方，请改用咨询或加入三方。' },
  'call.blind-only': { status: 400, title: '只能直接转到队列，不能咨询队列或将其加入三方。' },
  'call.already-in-call': { status: 409, title: '该话务员已在本通电话中。' },
  'call.not-changeable': { status: 409, title: '不能对这一方这样操作。' },
  'call.number-not-allowed': { status: 403, title: '只能拨打转接目录、工单相关人和紧急号码，请从目录中选择。' },
  'call.no-trunk': { status: 409, title: '没有可用的外呼线路，请联系系统管理员。' },
  'outgoing.no-number': { status: 409, title: '没有可以拨打的号码：未留号码、匿名，或来电时隐藏了号码。' },
  'outgoing.never-call': { status: 403, title: '这个号码在勿扰名单中，市民不希望接到热线来电。' },
  'outgoing.outside-hours': { status: 409, title: '现在不是回拨时间，请在规定时段内回拨。' },
  'outgoing.reason-missing': { status: 400, title: '现在不是外呼时段，确需拨打请填写理由。' },
  'outgoing.too-often': { status: 429, title: '今天拨打这个号码的次数已达上限，请明天再拨。' },
  'outgoing.no-phone': { status: 409, title: '您的电话未就绪：请先打开话务台签入，并确认话机在线。' },
  'outgoing.busy': { status: 409, title: '您正在通话或振铃，结束后再拨打。' },
  'never-call.listed': { status: 409, title: '这个号码已在勿扰名单中。' },
  'never-call.not-found': { status: 404, title: '勿扰名单中没有这一条，请刷新列表。' },
  'call.skill-unknown': { status: 400, title: '没有这个队列，请重新选择。' },
  'controller.away': { status: 503, title: '电话控制暂时没有回应，通话不受影响，请稍后重试。' },
  'call.in-fallback': { status: 409, title: '应急接听的通话只能挂断。' },
  'recording.not-found': { status: 404, title: '这通电话没有可播放的录音。' },
  'recording.not-ready': { status: 409, title: '录音正在保存，请稍后再试。' },
  'recording.file-missing': { status: 404, title: '录音文件已不在服务器上，请联系系统管理员。' },
  'recording.bad-range': { status: 416, title: '请求的播放位置超出录音长度。' },
  'callback.not-found': { status: 404, title: '没有这条回拨或留言。' },
  'callback.sound-missing': { status: 404, title: '留言的声音文件已不在服务器上，请联系系统管理员。' },
  'callback.tries-used': { status: 409, title: '已按规定次数回拨仍未联系上，请由班长了结。' },
  'callback.too-soon': { status: 409, title: '距上次回拨时间太近，请稍后再拨。' },
  'callback.being-called': { status: 409, title: '另一位话务员正在回拨这位市民，请选下一条。' },
  'callback.already-handled': { status: 409, title: '这位市民已经回拨过，请刷新列表。' },

  'ticket.not-found': { status: 404, title: '没有这张工单，请检查编号。' },
  'ticket.not-yours': { status: 403, title: '该工单不由您单位承办，不能查看。' },
  'ticket.no-unit': { status: 403, title: '您的账号没有所属单位，请联系系统管理员设置。' },
  'ticket.not-allowed': { status: 403, title: '您不能对该工单执行这项操作。' },
  'ticket.wrong-state': { status: 409, title: '工单当前状态不能执行这项操作，请刷新。' },
  'ticket.stale': { status: 409, title: '工单已被他人更新，请刷新后重试。' },
  'ticket.claimed': { status: 409, title: '该工单正由另一位派单员处理，请另选，或接手。' },
  'unit.answers-waiting': { status: 409, title: '本单位还有答复待审签，请先审签或退改，再关闭审签。' },
  'ticket.reply-stopped': { status: 409, title: '答复未通过答复审核，请修改，或写明仍要提交的理由。' },
  'ticket.text-missing': { status: 400, title: '必填的文字没有填写，请补充。' },
  'ticket.must-be-dispatched': { status: 409, title: '这类诉求须派单办理，不能直接办结。' },
  'ticket.accused-unit': { status: 409, title: '举报件不能派给被举报单位及其下属单位，请另选承办单位。' },
  'ticket.lead-among-co-units': { status: 400, title: '主办单位和协办单位不能重复，请检查。' },
  'ticket.in-charge-already': { status: 409, title: '该工单就在这个单位，请另选主办单位。' },
  'ticket.return-exhausted': { status: 409, title: '退单次数已满，由热线中心指定承办，不能再退单。' },
  'ticket.return-too-late': { status: 409, title: '已超过退单时限，请办理；确需调整请联系派单员。' },
  'ticket.correction-too-late': { status: 409, title: '提交已超过 10 分钟，不能再更正事项。' },
  'ticket.round-too-late': { status: 409, title: '已超过可以重办、重新受理的期限，请另建工单。' },
  'ticket.merge-barred': { status: 409, title: '不能并入这张工单，请另选主单或单独登记。' },
  'ticket.has-followers': { status: 409, title: '有工单并入该工单，请先拆出，或答复办结后一并答复。' },
  'cluster.not-found': { status: 404, title: '没有这个事件，请刷新列表。' },
  'cluster.lead-taken': { status: 409, title: '这张工单已是另一个事件的主单。' },
  'ticket.another-person': { status: 409, title: '您此前答复过同一事项，本次须由另一人复核答复。' },
  'ticket.already-told': { status: 409, title: '该事项已告知来电人，请刷新。' },
  'ticket.request-pending': { status: 409, title: '该工单已有待审的申请，请等待审核。' },
  'ticket.extension-exhausted': { status: 409, title: '延期次数已满，或该类工单不能延期。' },
  'ticket.extension-too-late': { status: 409, title: '已超过申请延期的时间。' },
  'ticket.request-too-long': { status: 400, title: '申请的时间超过规定，请缩短。' },
  'ticket.suspended': { status: 409, title: '工单挂起期间不能执行这项操作，请先恢复办理。' },
  'ticket.same-person': { status: 409, title: '须由另一人审核。' },
  'ticket.parts-open': { status: 409, title: '还有协办或分办单位没有答复，请等待，或写明为何不等。' },
  'ticket.takes-part-already': { status: 409, title: '所选单位已承办该工单，请另选。' },
  'ticket.unit-not-below': { status: 403, title: '只能分办给本单位下属的部门和乡镇街道。' },
  'ticket.not-a-township-duty': { status: 409, title: '该事项不在乡镇（街道）履职清单内，不能交乡镇（街道）办理。' },
  'ticket.unit-below-station': { status: 409, title: '县区部门和乡镇（街道）由县区工作站分办，请派给工作站。' },
  'ticket.file-missing': { status: 409, title: '缺少必需的附件，请先上传。' },
  'ticket.category-unknown': { status: 400, title: '没有这个事项分类，请重新选择。' },
  'ticket.county-unknown': { status: 400, title: '没有这个县区，请重新选择。' },
  'ticket.unit-unknown': { status: 400, title: '没有这个承办单位，或它已停用，请重新选择。' },
  'ticket.repeated-differently': { status: 409, title: '同一提交标识已用于其他内容，请刷新页面后重新提交。' },
  'ticket.caller-hidden': { status: 403, title: '来电人要求保密，您不能查看其信息。' },
  'draft.not-found': { status: 404, title: '没有这份草稿，或它已提交。' },
  'draft.stale': { status: 409, title: '草稿已在别处修改，请刷新后继续。' },
  'draft.too-many': { status: 409, title: '草稿过多，请先提交或删除不用的草稿。' },

  'attachment.not-found': { status: 404, title: '没有这个附件，或它已删除。' },
  'attachment.not-yours': { status: 403, title: '该附件涉及来电人身份，您不能查看。' },
  'attachment.file-missing': { status: 404, title: '附件文件已不在服务器上，请联系系统管理员。' },
  'attachment.bad-range': { status: 416, title: '请求的位置超出附件长度。' },
  'attachment.empty': { status: 400, title: '文件是空的，请重新选择。' },
  'attachment.too-large': { status: 413, title: '附件超过 10 MB，请压缩或分开上传。' },
  'attachment.too-many': { status: 409, title: '附件最多 20 个，请先删除不用的。' },
  'attachment.type-refused': { status: 415, title: '不支持这种文件，请上传图片、录音、PDF 或 Word、Excel 文件。' },
  'attachment.not-as-named': { status: 415, title: '文件内容与扩展名不符，请核对后重新上传。' },
  'attachment.disk-full': {
    status: 507,
    title: '服务器存储空间已满，附件没有保存，请联系系统管理员；工单可以先提交。',
  },

  'calendar.contradiction': { status: 400, title: '放假和上班的日期互相矛盾，请核对。' },
  'calendar.year-not-loaded': { status: 409, title: '通知调整了尚未载入的年份，请先载入那一年。' },
  'calendar.changed': { status: 409, title: '日历已被他人更新，请重新查看影响后再确认。' },
  'limits.unknown': { status: 400, title: '没有这个时限方案，或它在那一天还没有开始。' },
  'limits.too-early': { status: 400, title: '时限方案最早从明天起启用，请改日期。' },

  'paper.not-found': { status: 404, title: '这张工单没有这种打印件。' },
  'paper.no-fonts': {
    status: 503,
    title: '服务器没有安装中文字体，不能生成 PDF，可用打印页。管理员：安装 fonts-noto-cjk。',
  },

  'link.over': { status: 410, title: '这个链接无效、已用过、已过期或已作废，请拨打 12345。' },
  'link.code-needed': { status: 401, title: '请先用手机验证码验证，再查看和办理。' },
  'link.wrong-code': { status: 403, title: '验证码不正确或已失效，请核对后重新输入，或重新获取。' },
  'link.too-many-codes': { status: 429, title: '验证码发送过于频繁，请稍后再试。' },
  'link.too-many-tries': { status: 429, title: '验证码输错次数过多，请明天再试，或请热线中心重新发送链接。' },
  'link.not-for-unit': { status: 409, title: '办理链接只发给承办该工单、没有账号的单位。' },
  'link.no-phone': { status: 409, title: '该单位没有登记手机号，不能发送链接，请联系系统管理员。' },
  'link.not-found': { status: 404, title: '没有这个链接，或它已失效，请刷新。' },

  'follow-up.not-found': { status: 404, title: '没有这项回访任务，请刷新列表。' },
  'call.rated': { status: 409, title: '这次通话已经评价过，一次通话只评一次。' },
  'call.rating-over': { status: 410, title: '评价链接无效或已过期（有效期 14 天），有疑问请拨打 12345。' },
  'follow-up.over': { status: 409, title: '这项回访已经结束，请刷新。' },
  'follow-up.rated': { status: 409, title: '这件事项已经评价过，一事只评一次。' },
  'follow-up.in-progress': { status: 409, title: '正在回访这位市民，请等这次通话的结果。' },
  'follow-up.not-your-call': { status: 403, title: '这次回访不是您拨打或接听的，由通话的话务员记录结果。' },
  'follow-up.not-answered': { status: 409, title: '市民还没有接听：接通后才能记录答案或这种结果。' },
  'follow-up.no-call': { status: 409, title: '没有正在进行的回访通话，请先拨打。' },
  'follow-up.tries-used': { status: 409, title: '联系次数已用完，不能再打扰这位市民。' },
  'follow-up.reached': { status: 409, title: '已经联系到这位市民一次，不再回访。' },
  'follow-up.outside-hours': { status: 409, title: '现在不是回访时段，请在规定时段内联系市民。' },
  'follow-up.too-soon': { status: 409, title: '距上次联系时间太近，或还没有到约定的时间，请稍后再拨。' },
  'follow-up.not-now': { status: 409, title: '现在不应由您回访：请按列表的顺序进行。' },
  'follow-up.link-over': { status: 410, title: '评价链接无效、已用过或已过期（有效期 14 天），请拨打 12345。' },
  'follow-up.verdict': { status: 409, title: '不能作出这种研判：第二次评价为最终评价，不再退回重办。' },
  'follow-up.not-independent': { status: 403, title: '您接听过这件事项的来电或登记了工单，须由他人回访和研判。' },
  'message.wrong-signature': { status: 403, title: '短信回执的签名不正确。' },
  'letter.not-found': { status: 404, title: '没有这份评价反馈单，或它不是给您单位的。' },
  'letter.appealed': { status: 409, title: '这份评价反馈单已申诉过，一单只能申诉一次。' },
  'letter.appeal-too-late': { status: 409, title: '已超过申诉期限。' },
  'letter.no-appeal': { status: 409, title: '没有待处理的申诉。' },
  'letter.decided': { status: 409, title: '这件申诉已有结论，请刷新。' },
  'letter.same-person': { status: 403, title: '申诉须由出具反馈单以外的人处理。' },

  'dead-letter.not-found': { status: 404, title: '没有这项失败任务，它可能已被重新执行，请刷新。' },

  'device.not-found': { status: 404, title: '没有这部话机，或它已停用。' },
  'device.too-many': { status: 409, title: '登记的话机已达上限，请先删除不用的话机。' },
  'agent.not-an-agent': { status: 403, title: '您的账号没有工号，不能使用话机。请联系系统管理员。' },
  'agent.not-on-floor': { status: 409, title: '该话务员没有签入，状态已变化，请看最新状态。' },
  'agent.no-such-break': { status: 400, title: '没有这种小休原因，请重新选择。' },
  'agent.phone-unreachable': { status: 409, title: '该话务员的话机没有注册，不能置为示闲。' },
  'phone.off': { status: 404, title: '市民电话页面未启用。' },

  'call.caller-left': { status: 409, title: '市民已挂机，不能再邀请、切换或保持；谈完请挂机。' },
  'call.emergency-rings': { status: 409, title: '紧急号码还没有接听，请留在通话中。' },
  'exchange.off': { status: 404, title: '没有连接省平台。' },
  'exchange.not-now': { status: 409, title: '现在不能移交，请登记工单转办。' },

  'directory.not-found': { status: 404, title: '转接目录里没有这一条，请刷新。' },
  'directory.number-taken': { status: 409, title: '转接目录里已有这个号码。' },
  'directory.emergency-fixed': {
    status: 409,
    title: '紧急号码由 config/directory.yaml 决定，不能在这里修改或移出。',
  },

  'catalogue.not-found': { status: 404, title: '权责清单里没有这条规则，请刷新。' },
  'catalogue.key-taken': { status: 409, title: '已有这个编号的规则，请换一个编号或修改原规则。' },
  'catalogue.stale': { status: 409, title: '这条规则刚被他人修改，请刷新后重试。' },
  'catalogue.ended': { status: 409, title: '这条规则在该日期前已经停用。' },
  'catalogue.sheet-unreadable': { status: 415, title: '文件无法读取，请上传由“导出表格”得到的 .xlsx 文件。' },
  'catalogue.sheet-faults': { status: 409, title: '表格中还有错误，请按预览逐条修改后重新上传。' },
  'catalogue.sheet-changed': { status: 409, title: '预览之后文件或权责清单有变化，请重新预览。' },

  'proposal.not-found': { status: 404, title: '没有这条待批规则，请刷新。' },
  'proposal.decided': { status: 409, title: '这条规则已有结论，请刷新。' },
  'proposal.same-person': { status: 409, title: '您已批准过，须由另一人批准。' },
  'proposal.unsound': { status: 409, title: '规则所指的事项或单位已停用，请另行处理。' },
  'workstation.not-found': { status: 404, title: '没有这个工作站，或它不是您的单位。' },
  'workstation.stale': { status: 409, title: '工作站信息已被他人修改，请刷新后重试。' },
  'workstation.not-yet': { status: 409, title: '名单还不完整，不能确认。' },
  'workstation.sheet-unreadable': { status: 400, title: '无法读取表格，请上传 2 MB 以内的 .xlsx 文件。' },
  'workstation.sheet-faults': { status: 409, title: '表格有错误，请改正后重新预览。' },
  'workstation.sheet-changed': { status: 409, title: '表格或值班表在预览后有变化，请重新预览。' },
  'oversight.case-not-found': { status: 404, title: '没有这份督办文书，或不是发给您单位的。' },
  'oversight.stale': { status: 409, title: '文书已被他人更新，请刷新后重试。' },
  'oversight.not-allowed': { status: 403, title: '您不能对这份文书执行这项操作。' },
  'oversight.wrong-state': { status: 409, title: '文书当前状态不能执行这项操作，请刷新。' },
  'oversight.incomplete': { status: 400, title: '文书还有必填项没有填写。' },
  'oversight.same-person': { status: 409, title: '报签人不能自己签发，请由另一人签发。' },
  'oversight.due-past': { status: 409, title: '期限已过，请改为以后的时间。' },
  'oversight.not-yet': { status: 409, title: '时间不能晚于现在，请核对。' },
  'oversight.stage-done': { status: 409, title: '这一节点已经报告。' },
  'oversight.unit-unknown': { status: 400, title: '没有这个单位，或它已停用，请重新选择。' },
  'oversight.no-photo': { status: 415, title: '请上传照片（JPG、PNG 或 WebP）。' },
  'oversight.signal-over': { status: 409, title: '这一情况已经结束，或不存在，请刷新。' },
  'dispute.not-found': { status: 404, title: '没有这件争议，或您的单位不在其中。' },
  'dispute.stale': { status: 409, title: '争议已被他人更新，请刷新后重试。' },
  'dispute.no-subject': { status: 400, title: '请填写有争议的工单编号；就一类事项裁定的，请选择事项。' },
  'dispute.unit-unknown': { status: 400, title: '没有这个单位，或它已停用，请重新选择。' },
  'dispute.not-allowed': { status: 403, title: '您不能对这件争议执行这项操作。' },
  'dispute.wrong-state': { status: 409, title: '争议当前状态不能执行这项操作，请刷新。' },
  'dispute.notice-too-short': { status: 409, title: '会议须提前通知，请另定时间。' },
  'dispute.views-over': { status: 409, title: '书面意见的期限已过，未提交视为同意。' },
  'dispute.not-yet-held': { status: 409, title: '会议尚未召开，请在会后登记。' },
  'dispute.top-rung': { status: 409, title: '已是最高一级，不能再提级。' },
  'dispute.unit-not-heard': { status: 409, title: '主办、协办单位须是通知参会的单位。' },
  'dispute.attendance-missing': { status: 400, title: '请逐一登记每个参会单位是否到会。' },

  'batch.not-found': { status: 404, title: '没有这个移送批次，请刷新。' },
  'batch.not-written': { status: 409, title: '批次文件正在生成，请稍后下载。' },
  'batch.receipt-faults': { status: 409, title: '回执中有错误，请逐条修改后重新导入。' },
  'batch.receipt-without-case': { status: 400, title: '请填写 13710 编号。' },
  'batch.receipt-without-text': { status: 400, title: '请填写退回原因或办理结果。' },
  'batch.receipt-for-batch': { status: 400, title: '整批接收、整批退回不写工单编号。' },
  'batch.receipt-for-item': { status: 400, title: '请填写工单编号。' },
  'batch.item-not-found': { status: 404, title: '这个批次里没有这张工单。' },
  'batch.other-case': { status: 409, title: '这张工单已有另一个 13710 编号。' },
  'batch.case-not-verified': { status: 409, title: '对应的 13710 事项尚未核实，不能销号。' },
  'province-case.not-found': { status: 404, title: '没有这件 13710 事项，或它不属于您的单位。' },
  'province-case.stale': { status: 409, title: '这件事项已被他人更新，请刷新后重试。' },
  'province-case.not-allowed': { status: 403, title: '您不能对这件事项执行这项操作。' },
  'province-case.wrong-state': { status: 409, title: '事项当前状态不能执行这项操作，请刷新。' },
  'province-case.same-person': { status: 409, title: '须由另一人进行。' },
  'province-case.not-major': { status: 409, title: '列为重大复杂后才能按计划办理。' },
  'province-case.bad-plan': { status: 400, title: '计划的节点日期须在今天以后，按先后排列。' },
  'province-case.no-such-node': { status: 409, title: '没有这个节点，或它已完成，请刷新。' },
  'province-case.not-verified': { status: 409, title: '尚未核实办理结果，不能销号。' },
  'province-case.off': { status: 404, title: '没有连接 13710 系统。' },
  'batch.receipt-too-late': { status: 409, title: '批次已被接收，不能再退回。' },

  'database.away': { status: 503, title: '数据库暂时无法访问，请稍后重试。' },
  'redis.away': { status: 503, title: '实时服务暂时无法访问，请稍后重试。' },
  'server.busy': { status: 503, title: '系统繁忙，请稍后重试。' },
  internal: { status: 500, title: '系统内部错误，请重试；若仍出现，请把编号告诉系统管理员。' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemCode = keyof typeof problems

/** One field that was refused. */
export interface Fault {
  /** e.g. `body.username`. */
  path: string
  message: string
}

/** Body of every answer that is not a success. */
export interface Problem {
  type: string
  code: ProblemCode
  status: number
  title: string
  /** What to show: the title, or more exact words. */
  detail: string
  /** Also in the log, to find the line. */
  requestId: string
  /** Seconds until another try makes sense. */
  retryAfterS?: number
  /** Why, as a code, where one refusal has several causes: of `session.required` why the log-in is over. */
  reason?: string
  faults?: Fault[]
}

export interface ProblemExtras {
  detail?: string
  reason?: string
  retryAfterS?: number
  faults?: Fault[]
}

export function problemOf(code: ProblemCode, requestId: string, extras: ProblemExtras = {}): Problem {
  const { status, title } = problems[code]
  return { type: `urn:hotline:problem:${code}`, code, status, title, detail: title, requestId, ...extras }
}

/** Thrown by a handler of a request; becomes the answer. */
export class Refusal extends Error {
  readonly code: ProblemCode
  readonly extras: ProblemExtras

  constructor(code: ProblemCode, extras: ProblemExtras = {}) {
    super(code)
    this.code = code
    this.extras = extras
  }
}
