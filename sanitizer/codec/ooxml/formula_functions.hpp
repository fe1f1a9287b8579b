// Functions that compute from the workbook alone. Not here: what calls programs or macros, asks the network or other
// files (CALL, REGISTER.ID, EXEC, EVALUATE, RTD, SQL.REQUEST, WEBSERVICE, FILTERXML, IMAGE, CUBE..., STOCKHISTORY,
// COPILOT, PY), and everything else that a workbook could define itself.
#pragma once

#include <string_view>

namespace mugaika::codec::ooxml {

// clang-format off
inline constexpr std::string_view formula_functions =
    " abs accrint accrintm acos acosh acot acoth address aggregate amordegrc amorlinc and arabic areas array.constrain"
    " arraytotext asc asin asinh atan atan2 atanh avedev average averagea averageif averageifs bahttext base besseli"
    " besselj besselk bessely beta.dist beta.inv betadist betainv bin2dec bin2hex bin2oct binom.dist binom.dist.range"
    " binom.inv binomdist bitand bitlshift bitor bitrshift bitxor bycol byrow ceiling ceiling.math ceiling.precise cell"
    " char chidist chiinv chisq.dist chisq.dist.rt chisq.inv chisq.inv.rt chisq.test chitest choose choosecols chooserows"
    " clean code column columns combin combina complex concat concatenate confidence confidence.norm confidence.t convert"
    " correl cos cosh cot coth count counta countblank countif countifs coupdaybs coupdays coupdaysnc coupncd coupnum"
    " couppcd covar covariance.p covariance.s critbinom csc csch cumipmt cumprinc date datedif datestring datevalue"
    " daverage day days days360 db dbcs dcount dcounta ddb dec2bin dec2hex dec2oct decimal degrees delta devsq dget disc"
    " dmax dmin dollar dollarde dollarfr dproduct drop dstdev dstdevp dsum duration dvar dvarp ecma.ceiling edate effect"
    " encodeurl eomonth erf erf.precise erfc erfc.precise error.type euroconvert even exact exp expand expon.dist"
    " expondist f.dist f.dist.rt f.inv f.inv.rt f.test fact factdouble false fdist filter find findb finv fisher fisherinv"
    " fixed floor floor.math floor.precise forecast forecast.ets forecast.ets.confint forecast.ets.seasonality"
    " forecast.ets.stat forecast.linear formulatext frequency ftest fv fvschedule gamma gamma.dist gamma.inv gammadist"
    " gammainv gammaln gammaln.precise gauss gcd geomean gestep getpivotdata groupby growth harmean hex2bin hex2dec"
    " hex2oct hlookup hour hstack hypgeom.dist hypgeomdist if iferror ifna ifs imabs imaginary imargument imconjugate"
    " imcos imcosh imcot imcsc imcsch imdiv imexp imln imlog10 imlog2 impower improduct imreal imsec imsech imsin imsinh"
    " imsqrt imsub imsum imtan index indirect int intercept intrate ipmt irr isblank iserr iserror iseven isformula"
    " islogical isna isnontext isnumber iso.ceiling isodd isomitted isoweeknum ispmt isref istext jis kurt lambda large"
    " lcm left leftb len lenb let linest ln log log10 logest loginv lognorm.dist lognorm.inv lognormdist lookup lower"
    " makearray map match max maxa maxifs mdeterm mduration median mid midb min mina minifs minute minverse mirr mmult mod"
    " mode mode.mult mode.sngl month mround multinomial munit n na negbinom.dist negbinomdist networkdays"
    " networkdays.intl nominal norm.dist norm.inv norm.s.dist norm.s.inv normdist norminv normsdist normsinv not now nper"
    " npv numberstring numbervalue oct2bin oct2dec oct2hex odd oddfprice oddfyield oddlprice oddlyield offset or pduration"
    " pearson percentile percentile.exc percentile.inc percentof percentrank percentrank.exc percentrank.inc permut"
    " permutationa phi phonetic pi pivotby pmt poisson poisson.dist power ppmt price pricedisc pricemat prob product"
    " proper pv quartile quartile.exc quartile.inc quotient radians rand randarray randbetween rank rank.avg rank.eq rate"
    " received reduce regexextract regexreplace regextest replace replaceb rept right rightb roman round rounddown roundup"
    " row rows rri rsq scan search searchb sec sech second sequence seriessum sheet sheets sign sin single sinh skew"
    " skew.p sln slope small sort sortby sqrt sqrtpi standardize stdev stdev.p stdev.s stdeva stdevp stdevpa steyx"
    " substitute subtotal sum sumif sumifs sumproduct sumsq sumx2my2 sumx2py2 sumxmy2 switch syd t t.dist t.dist.2t"
    " t.dist.rt t.inv t.inv.2t t.test take tan tanh tbilleq tbillprice tbillyield tdist text textafter textbefore textjoin"
    " textsplit time timevalue tinv tocol today torow transpose trend trim trimmean trimrange true trunc ttest type unichar"
    " unicode unique upper usdollar value valuetotext var var.p var.s vara varp varpa vdb vlookup vstack weekday weeknum"
    " weibull weibull.dist workday workday.intl wrapcols wraprows xirr xlookup xmatch xnpv xor year yearfrac yen yield"
    " yielddisc yieldmat z.test ztest anchorarray hyperlink ";
// clang-format on

}  // namespace mugaika::codec::ooxml
